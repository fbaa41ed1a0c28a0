#include "control/check_sticky.h"

#include "control/quoted.h"
#include "control/secrets.h"
#include "routing/vendor_hash.h"

namespace sluice::config {
namespace {

void check_identity(const Sticky& sticky, const std::string& key, Findings& findings) {
  for (std::size_t i = 0; i < sticky.identity.size(); ++i)
    if (sticky.identity[i].name.find_first_of(" \t;,=&\"") != std::string::npos)
      findings.add(indexed(key + ".identity", i), quoted(sticky.identity[i].name) + " cannot be such a name");
}

void check_cookie(const StickyCookie& cookie, const std::string& key, Findings& findings) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  if (cookie.name.size() > 64 || cookie.name.find_first_not_of(letters) != std::string::npos)
    findings.add(key + ".name",
                 quoted(cookie.name) + " is no cookie's name; use 1 to 64 of A-Z a-z 0-9 - _ .");
  if (cookie.secret_file.empty()) return;
  if (const auto secrets = read_secrets(findings.file(cookie.secret_file)); !secrets)
    findings.add(key + ".secret_file", secrets.error());
}

// A running service keeps its weights, and setting others is checked then.
void check_hash(const Service& service, const std::string& key, Findings& findings) {
  if (service.sticky.hash == HashMethod::sluice) return;
  std::vector<Weight> weights;
  for (const auto& variant : service.variants) weights.push_back(variant.weight);
  if (const auto split = VendorSplit::make(service.sticky.hash, "", weights); !split)
    findings.add(key + ".hash", split.error());
}

}  // namespace

void check_sticky(const Service& service, const std::string& key, Findings& findings) {
  const auto at = key + ".sticky";
  check_identity(service.sticky, at, findings);
  if (service.sticky.cookie) check_cookie(*service.sticky.cookie, at + ".cookie", findings);
  check_hash(service, at, findings);
}

}  // namespace sluice::config
