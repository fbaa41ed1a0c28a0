#include "control/api/weights_request.h"

#include <boost/json/parse.hpp>
#include <charconv>
#include <cmath>

namespace sluice {
namespace {

namespace json = boost::json;

std::optional<Weight> weight_of(const json::value& value) {
  if (value.is_double()) return sluice::weight_of(value.get_double());
  if (value.is_uint64()) return Weight::parse(std::to_string(value.get_uint64()));
  if (value.is_int64()) return Weight::parse(std::to_string(value.get_int64()));
  return {};
}

}  // namespace

std::optional<Weight> weight_of(double number) noexcept {
  const double millionths = number * Weight::unit;
  if (!(millionths >= 0 && millionths <= static_cast<double>(Weight::max))) return {};
  const double nearest = std::round(millionths);
  // As far as a double of this size can be off, and no more: 0.0000001 is no weight, it is not 0.
  if (std::abs(millionths - nearest) > 1e-6 + millionths * 4e-16) return {};
  return Weight{static_cast<std::uint64_t>(nearest)};
}

Result<NamedWeights, BadWeights> parse_weights(std::string_view body) {
  json::error_code error;
  const auto value = json::parse({body.data(), body.size()}, error);
  if (error) return failure(BadWeights{400, "invalid_json", "the body is not JSON: " + error.message()});
  const auto* object = value.if_object();
  if (!object)
    return failure(
        BadWeights{422, "invalid_weights", R"(weights are an object, as in {"blue": 90, "green": 10})"});
  NamedWeights weights;
  for (const auto& [key, number] : *object) {
    const auto weight = weight_of(number);
    if (!weight)
      return failure(BadWeights{422, "invalid_weights",
                                "the weight of `" + std::string(key) +
                                    "` must be a number from 0 to 1000000000 with at most six decimals"});
    weights.emplace_back(std::string(key), *weight);
  }
  return weights;
}

Result<std::optional<std::uint64_t>, std::string> parse_if_match(const std::optional<std::string>& field) {
  if (!field || *field == "*") return std::optional<std::uint64_t>();
  std::string_view text = *field;
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"'))
    text = text.substr(1, text.size() - 2);
  std::uint64_t revision = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
  if (error != std::errc() || end != text.data() + text.size())
    return failure("If-Match takes the service's revision, as in \"3\", or *; not " + *field);
  return std::optional(revision);
}

}  // namespace sluice
