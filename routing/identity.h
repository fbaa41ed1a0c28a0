// Who the user is: the bytes that a service's sticky policy names, found in a request head.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "routing/identity_cookie.h"
#include "routing/request_head.h"

namespace sluice {

enum class IdentityFrom { cookie, header, query, address };

struct IdentitySource {
  IdentityFrom from;
  std::string name;             // of a cookie, header or query parameter
  std::uint8_t v4_prefix = 32;  // of an address: its network is the identity
  std::uint8_t v6_prefix = 64;
  bool operator==(const IdentitySource&) const = default;
};

// Where a service looks for an identity: the first source that is there, else the cookie that it gives out
// itself.
struct IdentityPolicy {
  std::vector<IdentitySource> sources;
  std::shared_ptr<const IdentityCookie> cookie;  // null: users who bring nothing are split without identity
  bool operator==(const IdentityPolicy& other) const {
    return sources == other.sources &&
           (cookie == other.cookie || (cookie && other.cookie && *cookie == *other.cookie));
  }
};

// The network of an address as an identity's text: "192.0.2.0/24", "2001:0db8:0000:…/64".
class AddressText {
 public:
  [[nodiscard]] std::string_view write(const std::array<std::uint8_t, 16>& address,
                                       const IdentitySource& source) noexcept;

 private:
  std::array<char, 48> text_;
};

// The value of the first source that is present and not empty; a view into the head, or into `text`.
[[nodiscard]] std::optional<std::string_view> find_identity(const std::vector<IdentitySource>& sources,
                                                            const RequestHead& head,
                                                            AddressText& text) noexcept;

}  // namespace sluice
