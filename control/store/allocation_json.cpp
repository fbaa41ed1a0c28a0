#include "control/store/allocation_json.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <set>

namespace sluice {
namespace {

namespace json = boost::json;

constexpr std::size_t hex_digits = 16;

std::string hex(Point point) {
  std::string text(hex_digits, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, point >>= 4)
    *digit = "0123456789abcdef"[point & 15];
  return text;
}

std::optional<Point> point_from(const json::value& value) {
  const auto* text = value.if_string();
  if (!text || text->size() != hex_digits) return {};
  Point point = 0;
  const auto [end, error] = std::from_chars(text->begin(), text->end(), point, 16);
  if (error != std::errc() || end != text->end()) return {};
  return point;
}

std::optional<End> end_from(const json::value& value) {
  const auto* text = value.if_string();
  if (!text) return {};
  if (*text == "low") return End::low;
  if (*text == "high") return End::high;
  return {};
}

std::optional<Range> range_from(const json::value& value) {
  const auto* parts = value.if_array();
  if (!parts || parts->size() != 3) return {};
  const auto begin = point_from((*parts)[0]);
  const auto* variant = (*parts)[1].if_int64();
  const auto gained = end_from((*parts)[2]);
  if (!begin || !variant || !gained) return {};
  if (*variant < 0 || *variant > UINT32_MAX) return {};
  return Range{*begin, static_cast<std::uint32_t>(*variant), *gained};
}

std::optional<Allocation::Variant> variant_from(const json::value& value) {
  const auto* object = value.if_object();
  if (!object) return {};
  const auto* name = object->if_contains("name");
  const auto* weight = object->if_contains("weight");
  if (!name || !name->is_string() || !weight || !weight->is_string()) return {};
  const auto parsed = Weight::parse({weight->get_string().data(), weight->get_string().size()});
  if (!parsed) return {};
  const auto* withdrawn = object->if_contains("withdrawn");
  if (withdrawn && !withdrawn->is_bool()) return {};
  return Allocation::Variant{std::string(name->get_string()), *parsed, withdrawn && withdrawn->get_bool()};
}

// Each of an array by `read`; none where one cannot be read.
template <class T>
std::optional<std::vector<T>> each_of(const json::value* value,
                                      std::optional<T> (*read)(const json::value&)) {
  const auto* array = value ? value->if_array() : nullptr;
  if (!array) return {};
  std::vector<T> all;
  for (const auto& item : *array) {
    auto one = read(item);
    if (!one) return {};
    all.push_back(std::move(*one));
  }
  return all;
}

Result<Allocation, std::string> allocation_from(const json::value& value) {
  const auto* object = value.if_object();
  if (!object) return failure(std::string("an allocation is not an object"));
  auto variants = each_of<Allocation::Variant>(object->if_contains("variants"), variant_from);
  if (!variants) return failure(std::string("`variants` is not a list of names and weights"));
  auto ranges = each_of<Range>(object->if_contains("ranges"), range_from);
  if (!ranges) return failure(std::string("`ranges` is not a list of begin, variant and end"));
  const auto* stable = object->if_contains("stable");
  if (!stable || !stable->is_string()) return failure(std::string("`stable` is not a name"));
  return Allocation{std::move(*variants), std::string(stable->get_string()), std::move(*ranges)};
}

}  // namespace

std::optional<std::string> fault_of(const Allocation& allocation) {
  std::set<std::string_view> names;
  for (const auto& variant : allocation.variants) {
    if (variant.name.empty()) return "a variant has no name";
    if (!names.insert(variant.name).second) return "two variants are called `" + variant.name + "`";
    if (variant.weight.millionths > Weight::max) return "the weight of `" + variant.name + "` is too large";
  }
  if (!names.contains(allocation.stable))
    return "the stable `" + allocation.stable + "` is none of the variants";
  const auto split = Split::from_ranges(allocation.ranges, allocation.variants.size());
  return split ? std::nullopt : std::optional(split.error());
}

std::string allocation_text(const Allocation& allocation) {
  json::array variants, ranges;
  for (const auto& variant : allocation.variants) {
    json::object object{{"name", variant.name}, {"weight", variant.weight.text()}};
    if (variant.withdrawn) object["withdrawn"] = true;
    variants.emplace_back(std::move(object));
  }
  for (const auto& range : allocation.ranges)
    ranges.push_back(json::array{hex(range.begin), range.variant, range.gained == End::low ? "low" : "high"});
  return json::serialize(json::object{
      {"variants", std::move(variants)}, {"stable", allocation.stable}, {"ranges", std::move(ranges)}});
}

Result<Allocation, std::string> parse_allocation(std::string_view text) {
  json::parse_options options;
  options.allow_invalid_utf8 = true;  // a name is whatever bytes it was written with
  json::error_code error;
  const auto value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return failure("an allocation is not JSON: " + error.message());
  auto allocation = allocation_from(value);
  if (!allocation) return allocation;
  if (auto fault = fault_of(*allocation)) return failure(std::move(*fault));
  return allocation;
}

}  // namespace sluice
