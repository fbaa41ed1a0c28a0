#include "control/compile_admin.h"

#include "control/compile_listener_tls.h"

namespace sluice {

AdminFiles compile_admin(const config::Admin& admin, config::Findings& findings) {
  AdminFiles made;
  if (!admin.tokens_file.empty()) {
    auto tokens = read_tokens(findings.file(admin.tokens_file));
    if (tokens)
      made.tokens = *std::move(tokens);
    else
      findings.add("admin.tokens_file", tokens.error());
  }
  if (admin.tls) made.certificate = compile_certificate(*admin.tls, "admin.tls", findings);
  return made;
}

}  // namespace sluice
