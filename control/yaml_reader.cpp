#include "control/yaml_reader.h"

#include <yaml-cpp/yaml.h>

#include "control/did_you_mean.h"
#include "control/quoted.h"
#include "control/scalars.h"

namespace sluice::config {
namespace {

Mark mark_of(const YAML::Node& node) {
  return {node.Mark().line + 1, node.Mark().column + 1};
}

std::string joined(const std::string& parent, std::string_view key) {
  return parent.empty() ? std::string(key) : parent + "." + std::string(key);
}

std::string_view kind_of(const YAML::Node& node) {
  if (node.IsSequence()) return "a list";
  if (node.IsMap()) return "a mapping";
  return node.IsScalar() ? "a single value" : "nothing";
}

}  // namespace

Value::Value(Reading& reading, YAML::Node node, Place place)
    : reading_(reading), node_(std::move(node)), place_(std::move(place)) {
  if (!lists_keys()) reading_.marks[place_.path] = place_.mark;
}

void Value::problem(std::string what) const {
  if (lists_keys()) return;
  reading_.problems.push_back({place_.mark, place_.path, std::move(what)});
}

bool Value::is_mapping() const {
  return !lists_keys() && node_.IsMap();
}

bool Value::is_quoted() const {
  // "!" is what the parser calls every scalar that is not plain; !!str says the same by hand.
  return !lists_keys() && node_.IsScalar() && (node_.Tag() == "!" || node_.Tag() == "tag:yaml.org,2002:str");
}

bool Value::expect(bool right_kind, std::string_view kind) const {
  if (!right_kind) problem("is " + std::string(kind_of(node_)) + "; it must be " + std::string(kind));
  return right_kind;
}

std::optional<std::string> Value::scalar() const {
  if (lists_keys() || !expect(node_.IsScalar(), "a single value")) return {};
  return node_.Scalar();
}

void Value::mapping(const std::function<void(Mapping&)>& read) const {
  if (!lists_keys() && !expect(node_.IsMap(), "a mapping")) return;
  Mapping mapping(*this);
  read(mapping);
  mapping.report_unknown();
}

void Value::each(const std::function<void(const Value&)>& read) const {
  if (lists_keys()) return read(Value(reading_, {}, {"", place_.pattern + "[]", {}}));
  if (!expect(node_.IsSequence(), "a list")) return;
  for (std::size_t i = 0; i < node_.size(); ++i) {
    const auto index = "[" + std::to_string(i) + "]";
    read(Value(reading_, node_[i], {place_.path + index, place_.pattern + "[]", mark_of(node_[i])}));
  }
}

void Value::each_named(const std::function<void(const std::string&, const Value&)>& read) const {
  each_named(config::name, read);
}

void Value::each_named(const std::function<Result<std::string, std::string>(std::string_view)>& parse_name,
                       const std::function<void(const std::string&, const Value&)>& read) const {
  if (lists_keys()) return read("NAME", Value(reading_, {}, {"", joined(place_.pattern, "NAME"), {}}));
  if (!expect(node_.IsMap(), "a mapping of names")) return;
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const auto name = entry.first.IsScalar() ? entry.first.Scalar() : "";
    const Place key{joined(place_.path, name), joined(place_.pattern, "NAME"), mark_of(entry.first)};
    const auto mark = entry.second.IsNull() ? key.mark : mark_of(entry.second);
    if (const auto valid = parse_name(name); !valid) {
      reading_.problems.push_back({key.mark, place_.path, valid.error()});
    } else if (!seen.insert(name).second) {
      reading_.problems.push_back({key.mark, key.path, "is there twice"});
    } else {
      read(name, Value(reading_, entry.second, {key.path, key.pattern, mark}));
    }
  }
}

Mapping::Mapping(const Value& value) : value_(value) {
  if (value.lists_keys()) return;
  for (const auto& entry : value.node_) {
    const auto key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
    // The parser keeps both of two equal keys and finds the first: a typing error that would go unseen.
    if (!values_.emplace(key, entry.second).second) {
      value_.reading_.problems.push_back(
          {mark_of(entry.first), joined(value_.place_.path, key), "is there twice"});
    } else {
      key_marks_[key] = mark_of(entry.first);
    }
  }
}

Value::Place Mapping::place_of(const std::string& key) const {
  return {joined(value_.place_.path, key), joined(value_.place_.pattern, key), key_marks_.at(key)};
}

std::optional<Value> Mapping::find(std::string_view name) {
  const std::string key(name);
  asked_.push_back(key);
  auto& reading = value_.reading_;
  const auto pattern = joined(value_.place_.pattern, key);
  if (value_.lists_keys()) {
    reading.keys.insert(pattern);
    return Value(reading, {}, {"", pattern, {}});
  }
  const auto found = values_.find(key);
  if (found == values_.end()) return {};
  auto place = place_of(key);
  if (!found->second.IsNull()) place.mark = mark_of(found->second);
  return Value(reading, found->second, std::move(place));
}

void Mapping::not_supported(std::initializer_list<std::string_view> keys) {
  not_supported_.insert(keys.begin(), keys.end());
}

void Mapping::require(std::string_view key) const {
  if (!value_.lists_keys() && !has(key)) problem(quoted(key) + " is missing");
}

void Mapping::section(std::string_view key, const std::function<void(Mapping&)>& read) {
  if (const auto value = find(key)) value->mapping(read);
}

void Mapping::each(std::string_view key, const std::function<void(const Value&)>& read) {
  if (const auto value = find(key)) value->each(read);
}

void Mapping::each_named(std::string_view key,
                         const std::function<void(const std::string&, const Value&)>& read) {
  if (const auto value = find(key)) value->each_named(read);
}

void Mapping::report_unknown() const {
  const std::set<std::string> known(asked_.begin(), asked_.end());
  std::vector<std::string> words(known.begin(), known.end());
  words.insert(words.end(), not_supported_.begin(), not_supported_.end());
  for (const auto& [key, node] : values_) {
    if (known.contains(key) || (!ignored_.empty() && key.starts_with(ignored_))) continue;
    const auto place = place_of(key);
    const auto what = not_supported_.contains(key) ? quoted(key) + " is not supported by this version"
                                                   : "unknown key" + did_you_mean(key, words);
    value_.reading_.problems.push_back({place.mark, place.path, what});
  }
}

}  // namespace sluice::config
