#include "control/compile_listener_tls.h"

#include "control/tls_material.h"

namespace sluice {
namespace {

using Load = Result<std::string, std::string> (*)(const std::string& path);

// The text of a file; empty for none, and for one that is wrong.
std::string load(Load file, const std::string& name, const std::string& key, config::Findings& findings) {
  if (name.empty()) return {};
  auto text = file(findings.file(name));
  if (!text) findings.add(key, text.error());
  return std::move(text).value_or("");
}

}  // namespace

Certificate compile_certificate(const config::CertificateFiles& from, const std::string& key,
                                config::Findings& findings) {
  Certificate made{.chain = load(load_chain, from.cert, key + ".cert", findings),
                   .key = load(load_key, from.key, key + ".key", findings),
                   .ocsp = load(load_ocsp, from.ocsp, key + ".ocsp", findings)};
  if (made.chain.empty() || made.key.empty()) return made;
  if (const auto reason = why_unusable(made)) findings.add(key, *reason);
  if (made.ocsp.empty()) return made;
  if (const auto reason = why_not_stapled(made)) findings.add(key + ".ocsp", *reason);
  return made;
}

namespace {

ClientAuth compile_client_auth(const config::ClientAuthFiles& from, const std::string& key,
                               config::Findings& findings) {
  return {.mode = from.mode,
          .ca = load(load_ca, from.ca, key + ".ca", findings),
          .crl = load(load_crl, from.crl, key + ".crl", findings)};
}

}  // namespace

ListenerTls compile_listener_tls(const config::ListenerTls& from, const std::string& key,
                                 config::Findings& findings) {
  ListenerTls made;
  for (std::size_t i = 0; i < from.certificates.size(); ++i)
    made.certificates.push_back(
        compile_certificate(from.certificates[i], config::indexed(key + ".certificates", i), findings));
  made.policy = from.policy;
  made.client_auth = compile_client_auth(from.client_auth, key + ".client_auth", findings);
  return made;
}

}  // namespace sluice
