#include "control/read_listener_tls.h"

#include "control/choices.h"
#include "control/did_you_mean.h"
#include "control/scalars.h"

namespace sluice::config {
namespace {

constexpr std::string_view nearest_to_post_quantum = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06";

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Names of ALB's that are no slip, though we have no such policy.
std::string why_without(std::string_view name) {
  if (!name.starts_with("ELBSecurityPolicy-")) return {};
  if (has(name, "-PQ-")) return " (the key exchanges of -PQ- policies need a newer OpenSSL)";
  if (has(name, "-FIPS-")) return " (-FIPS- policies promise a validated module)";
  return {};
}

Result<const TlsPolicy*, std::string> policy(std::string_view name) {
  if (const auto* found = find_tls_policy(name)) return found;
  if (const auto why = why_without(name); !why.empty())
    return failure("`" + std::string(name) + "` is not supported by this version" + why +
                   "; the nearest is " + std::string(nearest_to_post_quantum));
  std::vector<std::string> names;
  for (const auto& known : tls_policies()) names.emplace_back(known.name);
  const auto hint = did_you_mean(name, names);
  return failure("there is no policy `" + std::string(name) + "`" +
                 (hint.empty() ? "; write one of ALB's, as ELBSecurityPolicy-TLS13-1-2-2021-06" : hint));
}

CertificateFiles read_certificate(const Value& element) {
  CertificateFiles files;
  element.mapping([&](Mapping& pair) {
    pair.require("cert", files.cert, some_text);
    pair.require("key", files.key, some_text);
    pair.read("ocsp", files.ocsp, some_text);
  });
  return files;
}

ClientAuthFiles read_client_auth(Mapping& auth) {
  using Mode = ClientAuth::Mode;
  ClientAuthFiles files;
  auth.require(
      "mode", files.mode,
      choice<Mode>({{"off", Mode::off}, {"passthrough", Mode::passthrough}, {"verify", Mode::verify}}));
  auth.read("ca", files.ca, some_text);
  auth.read("crl", files.crl, some_text);
  return files;
}

}  // namespace

ListenerTls read_listener_tls(Mapping& tls) {
  ListenerTls result;
  tls.require("certificates");
  tls.each("certificates",
           [&](const Value& element) { result.certificates.push_back(read_certificate(element)); });
  tls.read("policy", result.policy, policy);
  tls.section("client_auth", [&](Mapping& auth) { result.client_auth = read_client_auth(auth); });
  return result;
}

}  // namespace sluice::config
