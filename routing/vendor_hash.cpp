#include "routing/vendor_hash.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "routing/murmur3.h"
#include "routing/sha1.h"

namespace sluice {
namespace {

using Wide = unsigned __int128;  // a sum of weights, and a weight times a vendor's resolution

constexpr std::uint32_t growthbook_buckets = 10'000;
constexpr int launchdarkly_bits = 60;  // 15 hexadecimal digits

constexpr std::uint32_t unleash_variant_seed = 86'028'157;
constexpr std::uint64_t flagd_max_total = std::numeric_limits<std::int32_t>::max();

constexpr std::uint32_t fnv_start = 0x811C9DC5;

std::uint32_t fnv1a(std::uint32_t hash, std::string_view bytes) noexcept {
  for (const char c : bytes) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x01000193;
  return hash;
}

std::uint32_t murmur3(std::uint32_t seed, std::initializer_list<std::string_view> pieces) noexcept {
  Murmur3 murmur(seed);
  for (const auto piece : pieces) murmur.add(piece);
  return murmur.hash();
}

// A vendor that deals in shares: whole numbers of 1/resolution of the sum.
struct Resolution {
  std::uint64_t resolution;
  std::string_view vendor;
  std::string_view decimals;  // of a percentage
};

Resolution resolution_of(HashMethod method) {
  if (method == HashMethod::launchdarkly) return {100'000, "LaunchDarkly's 1/100000", "three decimals"};
  if (method == HashMethod::growthbook_v2)
    return {growthbook_buckets, "GrowthBook's 1/10000", "two decimals"};
  return {1'000, "Unleash's 1/1000", "one decimal"};
}

std::string decimal_text(Wide sum) {
  return Weight{static_cast<std::uint64_t>(sum)}.text();
}

using Parts = Result<std::vector<std::uint64_t>, std::string>;

Parts shares(const Resolution& known, std::span<const Weight> weights, Wide sum) {
  std::vector<std::uint64_t> parts;
  for (const auto& weight : weights) {
    const auto scaled = Wide{weight.millionths} * known.resolution;
    if (scaled % sum != 0)
      return failure("weight " + weight.text() + " of " + decimal_text(sum) + " is finer than " +
                     std::string(known.vendor) +
                     " of the sum; write percentages that sum to 100, with at most " +
                     std::string(known.decimals));
    parts.push_back(static_cast<std::uint64_t>(scaled / sum));
  }
  return parts;
}

Parts whole_numbers(std::span<const Weight> weights, Wide sum) {
  const std::string right = "; write whole numbers that sum to at most " + std::to_string(flagd_max_total);
  std::vector<std::uint64_t> parts;
  for (const auto& weight : weights) {
    if (weight.millionths % Weight::unit != 0)
      return failure("weight " + weight.text() + " is not whole, and flagd knows no other" + right);
    parts.push_back(weight.millionths / Weight::unit);
  }
  if (sum / Weight::unit > flagd_max_total)
    return failure("the weights sum to more than flagd can count" + right);
  return parts;
}

// Sums of float32, as the SDKs add them up, in units of 2^-60. A float32 times a power of two is exact, so
// comparing the integers is comparing the floats.
std::uint64_t in_launchdarkly_units(float fraction) noexcept {
  return static_cast<std::uint64_t>(std::ldexp(fraction, launchdarkly_bits));
}

std::vector<std::uint64_t> launchdarkly_ends(std::span<const std::uint64_t> parts) {
  std::vector<std::uint64_t> ends;
  float sum = 0;
  for (const auto part : parts) {
    sum += static_cast<float>(part) / 100'000.0F;
    ends.push_back(in_launchdarkly_units(sum));
  }
  return ends;
}

// The SDKs compare bucket / 10000.0 with a sum of doubles, which may pass the bucket it should be: 0.1 + 0.2
// takes in 0.3. So the end is the first bucket that is not below that sum.
std::vector<std::uint64_t> growthbook_ends(std::span<const std::uint64_t> parts) {
  std::vector<std::uint64_t> ends;
  double sum = 0;
  std::uint64_t end = 0;
  for (const auto part : parts) {
    sum += static_cast<double>(part) / growthbook_buckets;
    while (static_cast<double>(end) / growthbook_buckets < sum) ++end;
    ends.push_back(end);
  }
  return ends;
}

std::vector<std::uint64_t> running_sums(std::span<const std::uint64_t> parts) {
  std::vector<std::uint64_t> sums;
  std::uint64_t sum = 0;
  for (const auto part : parts) sums.push_back(sum += part);
  return sums;
}

std::vector<std::uint64_t> ends_of(HashMethod method, std::span<const std::uint64_t> parts) {
  if (method == HashMethod::launchdarkly) return launchdarkly_ends(parts);
  if (method == HashMethod::growthbook_v2) return growthbook_ends(parts);
  return running_sums(parts);
}

}  // namespace

float launchdarkly_bucket(std::string_view salt, std::string_view identity) noexcept {
  Sha1 sha1;
  for (const auto piece : {salt, std::string_view("."), identity}) sha1.add(piece);
  const auto digest = sha1.digest();
  std::uint64_t first = 0;
  for (unsigned i = 0; i < 8; ++i) first = first << 8 | digest[i];
  // The SDKs divide by 2^60-1, which as a float32 is 2^60.
  return std::ldexp(static_cast<float>(first >> (64 - launchdarkly_bits)), -launchdarkly_bits);
}

std::uint32_t growthbook_bucket(std::string_view seed, std::string_view identity) noexcept {
  char digits[10];  // of a 32-bit number
  const auto once = fnv1a(fnv1a(fnv_start, seed), identity);
  const auto* const end = std::to_chars(digits, std::end(digits), once).ptr;
  return fnv1a(fnv_start, {digits, static_cast<std::size_t>(end - digits)}) % growthbook_buckets;
}

std::uint32_t unleash_hash(std::string_view group, std::string_view identity) noexcept {
  return murmur3(unleash_variant_seed, {group, ":", identity});
}

std::uint32_t flagd_hash(std::string_view flag, std::string_view identity) noexcept {
  return murmur3(0, {flag, identity});
}

Result<VendorSplit, std::string> VendorSplit::make(HashMethod method, std::string salt,
                                                   std::span<const Weight> weights) {
  if (method == HashMethod::sluice) return failure(std::string("`sluice` is no vendor's hash"));
  Wide sum = 0;
  for (const auto& weight : weights) sum += weight.millionths;
  if (sum == 0) return failure(std::string("no weight is above 0; one must be"));
  auto parts = method == HashMethod::flagd_v2 ? whole_numbers(weights, sum)
                                              : shares(resolution_of(method), weights, sum);
  if (!parts) return failure(std::move(parts.error()));
  return VendorSplit(method, std::move(salt), *std::move(parts));
}

VendorSplit::VendorSplit(HashMethod method, std::string salt, std::vector<std::uint64_t> parts)
    : method_(method), salt_(std::move(salt)), ends_(ends_of(method, parts)) {
  for (std::uint32_t i = 0; i < parts.size(); ++i) {
    total_ += parts[i];
    if (parts[i] != 0) last_ = i;
  }
}

std::uint64_t VendorSplit::place_of(std::string_view identity) const noexcept {
  switch (method_) {
    case HashMethod::launchdarkly:
      return in_launchdarkly_units(launchdarkly_bucket(salt_, identity));
    case HashMethod::growthbook_v2:
      return growthbook_bucket(salt_, identity);
    case HashMethod::unleash:
      return unleash_hash(salt_, identity) % total_;
    case HashMethod::flagd_v2:
      return (flagd_hash(salt_, identity) * total_) >> 32;
    case HashMethod::sluice:
      break;  // make() refuses it
  }
  return 0;
}

// LaunchDarkly's places may lie past the last end: a bucket rounds to 1, or the sum of floats falls short of
// 1 (a few users in ten million). The SDKs give those to the last variation of the list; here it is the last
// one with a weight, for a variant that was turned off must get nobody.
std::uint32_t VendorSplit::variant_at(std::string_view identity) const noexcept {
  const auto place = place_of(identity);
  for (std::uint32_t variant = 0; variant < last_; ++variant)
    if (place < ends_[variant]) return variant;
  return last_;
}

}  // namespace sluice
