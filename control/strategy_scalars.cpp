#include "control/strategy_scalars.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "control/address.h"
#include "control/scalars.h"

namespace sluice::config {
namespace {

constexpr Weight hundred{100 * Weight::unit};

tl::unexpected<std::string> wrong(std::string_view text, std::string_view what) {
  return failure("`" + std::string(text) + "` " + std::string(what));
}

bool is_host(std::string_view authority) {
  auto address = parse_address(authority);
  if (!address) address = parse_address(std::string(authority) + ":80");
  return address && address->port != 0;
}

}  // namespace

Result<Weight, std::string> some_percent(std::string_view text) {
  auto value = percent(text);
  if (value && *value == Weight{}) return wrong(text, "is out of range; it must be above 0%, at most 100%");
  return value;
}

Result<Weight, std::string> plain_percent(std::string_view text) {
  const auto value = some_percent(text.ends_with('%') ? std::string(text) : std::string(text) + "%");
  if (value) return *value;
  return wrong(text, "is not a percentage; write a number above 0, at most 100, as 10 or 0.5");
}

Result<Weight, std::string> confidence(std::string_view text) {
  auto value = percent(text);
  if (value && (*value < Weight{50 * Weight::unit} || *value >= hundred))
    return wrong(text, "is out of range; it must be from 50% to below 100%, as 99%");
  return value;
}

Result<Weight, std::string> quantile(std::string_view text) {
  const auto value = text.starts_with('p') ? Weight::parse(text.substr(1)) : std::nullopt;
  if (value && *value > Weight{} && *value < hundred) return *value;
  return wrong(text, "is not a quantile; write as p50, p99 or p99.9");
}

Result<Weight, std::string> ratio(std::string_view text) {
  const auto value = Weight::parse(text);
  if (value && *value >= Weight{Weight::unit} && *value <= Weight{1000 * Weight::unit}) return *value;
  return wrong(text, "is not such a ratio; write a number from 1 to 1000, as 1.3");
}

Result<double, std::string> decimal(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (whole && std::isfinite(value)) return value;
  return wrong(text, "is not a number; write as 0.01");
}

Result<BatchSize, std::string> batch_size(std::string_view text) {
  if (text == "one") return BatchSize(1u);
  if (text == "half") return BatchSize(Weight{50 * Weight::unit});
  if (const auto share = some_percent(text)) return BatchSize(*share);
  if (const auto count = number(1, 100'000)(text)) return BatchSize(static_cast<std::uint32_t>(*count));
  return wrong(text, "is not a batch; write a number of targets, as 2, a share of them, as 25%, half or one");
}

Result<std::string, std::string> http_url(std::string_view text) {
  const auto scheme = text.starts_with("http://") ? 7u : text.starts_with("https://") ? 8u : 0u;
  const auto rest = text.substr(scheme);
  const bool printable = std::ranges::all_of(rest, [](char c) { return c > ' ' && c < 0x7F && c != '#'; });
  if (scheme != 0 && printable && is_host(rest.substr(0, rest.find_first_of("/?")))) return std::string(text);
  return wrong(text, "is not such a URL; write as https://host.example.com/path");
}

}  // namespace sluice::config
