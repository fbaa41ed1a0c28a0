// The files that the section `admin` names, read and matched; check_admin and the app call it.
#pragma once

#include <optional>

#include "control/api/tokens.h"
#include "control/config.h"
#include "control/findings.h"
#include "routing/listener.h"

namespace sluice {

struct AdminFiles {
  std::optional<Tokens> tokens;            // none: no `tokens_file`
  std::optional<Certificate> certificate;  // none: no `tls`
};

// What is wrong with a file is added to the findings, and then it is missing here.
[[nodiscard]] AdminFiles compile_admin(const config::Admin& admin, config::Findings& findings);

}  // namespace sluice
