#include "control/check_sticky.h"

#include <map>

#include "control/quoted.h"
#include "control/secrets.h"
#include "routing/header_edits.h"
#include "routing/vendor_hash.h"

namespace sluice::config {
namespace {

bool can_be_named(const IdentitySource& source) {
  if (source.from == IdentityFrom::header) return is_field_name(source.name);
  return source.name.find_first_of(" \t;,=&\"") == std::string::npos;
}

void check_identity(const Sticky& sticky, const std::string& key, Findings& findings) {
  for (std::size_t i = 0; i < sticky.identity.size(); ++i)
    if (!can_be_named(sticky.identity[i]))
      findings.add(indexed(key + ".identity", i), quoted(sticky.identity[i].name) + " cannot be such a name");
}

void check_cookie(const StickyCookie& cookie, const std::string& key, Findings& findings) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  if (cookie.name.size() > 64 || cookie.name.find_first_not_of(letters) != std::string::npos)
    findings.add(key + ".name",
                 quoted(cookie.name) + " is no cookie's name; use 1 to 64 of A-Z a-z 0-9 - _ .");
  if (cookie.name.starts_with("sluice_pin_"))
    findings.add(key + ".name", quoted(cookie.name) + " is what a pin's cookie is called; use another name");
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

// What one service signs the other would take for a forgery, and replace.
void check_shared_cookies(const Config& config, Findings& findings) {
  std::map<std::string, const Service*> owners;
  for (const auto& service : config.services) {
    if (!service.sticky.cookie) continue;
    const auto& cookie = *service.sticky.cookie;
    const auto* owner = owners.emplace(cookie.name, &service).first->second;
    if (owner->sticky.cookie->secret_file != cookie.secret_file)
      findings.add("services." + service.name + ".sticky.cookie.secret_file",
                   "service " + quoted(owner->name) + " has the cookie " + quoted(cookie.name) +
                       " too, signed by other secrets; name the same file, or another cookie");
  }
}

}  // namespace

void check_sticky(const Config& config, Findings& findings) {
  for (const auto& service : config.services) {
    const auto key = "services." + service.name + ".sticky";
    check_identity(service.sticky, key, findings);
    if (service.sticky.cookie) check_cookie(*service.sticky.cookie, key + ".cookie", findings);
    check_hash(service, key, findings);
  }
  check_shared_cookies(config, findings);
}

}  // namespace sluice::config
