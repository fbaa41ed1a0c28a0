#include "control/rollout/call_signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

namespace sluice {

std::string call_signature(std::string_view secret, std::int64_t time, std::string_view body) {
  const auto stamp = std::to_string(time);
  const auto text = stamp + "." + std::string(body);
  std::array<unsigned char, 32> mac;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  if (!HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes, text.size(), mac.data(),
            nullptr))
    throw std::runtime_error("OpenSSL has no HMAC-SHA256");
  std::string result = "t=" + stamp + ",v1=";
  for (const auto byte : mac) {
    result += "0123456789abcdef"[byte >> 4];
    result += "0123456789abcdef"[byte & 15];
  }
  return result;
}

}  // namespace sluice
