// The text of a small file (configuration, certificates, keys), and the names of files beside another.
#pragma once

#include <string>

#include "routing/result.h"

namespace sluice {

// The whole file; an error in the words of the system ("No such file or directory"). At most 16 MiB.
[[nodiscard]] Result<std::string, std::string> read_file_text(const std::string& path);

// Whether users who are neither the file's owner nor of its group may read it.
[[nodiscard]] bool readable_by_others(const std::string& path);

// `name` as seen from the folder that `file` lies in; an absolute name stays as it is.
[[nodiscard]] std::string beside(const std::string& file, const std::string& name);

}  // namespace sluice
