// A YAML document read key by key: the caller asks for the keys it knows, and everything that is wrong is
// collected with its place and key path, what was never asked for included. The same code, run over no
// document, lists the keys that it asks for.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/node/node.h>

#include "control/config.h"
#include "routing/result.h"

namespace sluice::config {

// What one pass over a document finds.
struct Reading {
  enum class Of { document, keys };

  Of what = Of::document;
  std::vector<Problem> problems;
  std::map<std::string, Mark> marks;
  std::set<std::string> keys;  // those asked for, as patterns: "services.NAME.variants.NAME.weight"
};

class Mapping;

// One value and where it stands. Each read reports a value of the wrong kind as a problem, and then leaves
// its target as it was.
class Value {
 public:
  struct Place {
    std::string path;     // "listeners[0].name"
    std::string pattern;  // "listeners[].name"
    Mark mark;
  };
  Value(Reading& reading, YAML::Node node, Place place);

  void problem(std::string what) const;
  [[nodiscard]] bool is_mapping() const;
  [[nodiscard]] bool is_quoted() const;  // a scalar that is text whatever it looks like
  [[nodiscard]] bool lists_keys() const { return reading_.what == Reading::Of::keys; }

  // `parse`: std::string_view → Result<T, std::string>, whose error is the problem.
  template <class T, class Parse>
  void read(T& into, const Parse& parse) const;
  template <class T, class Parse>
  void read_list(std::vector<T>& into, const Parse& parse) const;

  void mapping(const std::function<void(Mapping&)>& read) const;
  void each(const std::function<void(const Value&)>& read) const;
  void each_named(const std::function<void(const std::string& name, const Value&)>& read) const;
  // As each_named, for names that are not config::name's: `parse_name` makes one, or says why it is none.
  void each_named(const std::function<Result<std::string, std::string>(std::string_view)>& parse_name,
                  const std::function<void(const std::string& name, const Value&)>& read) const;

 private:
  [[nodiscard]] std::optional<std::string> scalar() const;
  [[nodiscard]] bool expect(bool right_kind, std::string_view kind) const;
  friend class Mapping;

  Reading& reading_;
  YAML::Node node_;
  Place place_;
};

// A mapping whose keys are fixed.
class Mapping {
 public:
  explicit Mapping(const Value& value);

  // The key's value; nothing if it is absent.
  [[nodiscard]] std::optional<Value> find(std::string_view key);
  [[nodiscard]] bool has(std::string_view key) const { return values_.contains(std::string(key)); }
  // Keys that later versions have: refused with words of their own.
  void not_supported(std::initializer_list<std::string_view> keys);
  // Keys that belong to the writer of the file.
  void ignore_prefix(std::string prefix) { ignored_ = std::move(prefix); }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  void problem(std::string what) const { value_.problem(std::move(what)); }

  template <class T, class Parse>
  void read(std::string_view key, T& into, const Parse& parse) {
    if (const auto value = find(key)) value->read(into, parse);
  }
  template <class T, class Parse>
  void require(std::string_view key, T& into, const Parse& parse) {
    require(key);
    read(key, into, parse);
  }
  void require(std::string_view key) const;
  void section(std::string_view key, const std::function<void(Mapping&)>& read);
  void each(std::string_view key, const std::function<void(const Value&)>& read);
  void each_named(std::string_view key, const std::function<void(const std::string&, const Value&)>& read);

  // Reports the keys that nobody asked for. Value::mapping calls it when its reader has returned.
  void report_unknown() const;

 private:
  [[nodiscard]] Value::Place place_of(const std::string& key) const;

  Value value_;
  std::map<std::string, YAML::Node> values_;
  std::map<std::string, Mark> key_marks_;
  std::vector<std::string> asked_;
  std::set<std::string> not_supported_;
  std::string ignored_;
};

template <class T, class Parse>
void Value::read(T& into, const Parse& parse) const {
  const auto text = scalar();
  if (!text) return;
  auto value = parse(*text);
  if (!value) return problem(value.error());
  into = *std::move(value);
}

template <class T, class Parse>
void Value::read_list(std::vector<T>& into, const Parse& parse) const {
  std::vector<T> values;
  each([&](const Value& element) { element.read(values.emplace_back(), parse); });
  into = std::move(values);
}

}  // namespace sluice::config
