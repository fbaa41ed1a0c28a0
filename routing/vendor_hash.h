// Bucketing as feature-flag vendors do it, so that the proxy and the application's own SDK put a user into
// the same arm. Replicated, not improved: LaunchDarkly's float32, GrowthBook's sums of doubles. Identities
// are hashed as the bytes that came, so outside ASCII like the SDKs that hash UTF-8.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "routing/hash_method.h"
#include "routing/result.h"
#include "routing/weight.h"

namespace sluice {

// Of SHA-1("SALT.IDENTITY"), from 0 to 1, both included. The salt is "FLAG.SALT", or the rollout's seed.
[[nodiscard]] float launchdarkly_bucket(std::string_view salt, std::string_view identity) noexcept;
// Of FNV-1a, version 2: below 10,000.
[[nodiscard]] std::uint32_t growthbook_bucket(std::string_view seed, std::string_view identity) noexcept;
// Of "GROUP:IDENTITY", as Unleash's variants are chosen: 0 to 2^32-1, before it is taken modulo the sum. (A
// strategy's rollout percentage is Murmur3 with seed 0.)
[[nodiscard]] std::uint32_t unleash_hash(std::string_view group, std::string_view identity) noexcept;
// Of the flag's key and the identity with nothing between them: 0 to 2^32-1.
[[nodiscard]] std::uint32_t flagd_hash(std::string_view flag, std::string_view identity) noexcept;

// A service's or an experiment's weights as one vendor's SDK reads them: what a Split is to points. Variants
// stand in the order of declaration, as in the vendor's list; one without weight gets nobody.
class VendorSplit {
 public:
  // `salt` is LaunchDarkly's "FLAG.SALT" or seed, GrowthBook's seed, Unleash's group or flagd's flag key. The
  // error is a sentence for the user: a weight finer than the vendor's SDKs can tell apart, or none above 0.
  // The method is not HashMethod::sluice, which is no vendor's.
  [[nodiscard]] static Result<VendorSplit, std::string> make(HashMethod method, std::string salt,
                                                             std::span<const Weight> weights);

  [[nodiscard]] Result<VendorSplit, std::string> with_weights(std::span<const Weight> weights) const {
    return make(method_, salt_, weights);
  }

  [[nodiscard]] std::uint32_t variant_at(std::string_view identity) const noexcept;

  bool operator==(const VendorSplit&) const = default;

 private:
  VendorSplit(HashMethod method, std::string salt, std::vector<std::uint64_t> parts);

  // Where the identity stands among ends_.
  [[nodiscard]] std::uint64_t place_of(std::string_view identity) const noexcept;

  HashMethod method_;
  std::string salt_;
  std::vector<std::uint64_t> ends_;  // variant i has the places below ends_[i] that none before it has
  std::uint64_t total_ = 0;          // the sum of the weights as the vendor counts them
  std::uint32_t last_ = 0;           // the last variant with a weight
};

}  // namespace sluice
