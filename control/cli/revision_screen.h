// Revisions for people, from the JSON of /v1/revisions. All throw boost::system::system_error or
// std::out_of_range where the JSON has another shape.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace sluice::cli {

// Of the list, the newest first; the one that is in force is marked.
[[nodiscard]] std::string revisions_table(const boost::json::object& list, bool colour);

[[nodiscard]] std::string revision_screen(const boost::json::object& revision, bool colour);

}  // namespace sluice::cli
