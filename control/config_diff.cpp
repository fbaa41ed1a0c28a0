#include "control/config_diff.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>

#include "control/split_weights.h"

namespace sluice {
namespace {

struct Flat {
  std::vector<std::string> order;
  std::map<std::string, std::string> values;

  void add(std::string key, std::string value) {
    order.push_back(key);
    values.emplace(std::move(key), std::move(value));
  }
};

// A list's elements go by their name where they have one, so that a new one in the middle is one line.
std::string element_key(const YAML::Node& element, std::size_t index) {
  if (element.IsMap())
    for (const char* key : {"name", "priority", "address"})
      if (const auto name = element[key]; name && name.IsScalar()) return name.Scalar();
  return std::to_string(index);
}

void flatten(const YAML::Node& node, const std::string& key, Flat& into) {
  if (node.IsMap() && node.size() > 0) {
    for (const auto& pair : node)
      flatten(pair.second, (key.empty() ? "" : key + ".") + pair.first.Scalar(), into);
  } else if (node.IsSequence() && node.size() > 0) {
    for (std::size_t i = 0; i < node.size(); ++i)
      flatten(node[i], key + "[" + element_key(node[i], i) + "]", into);
  } else {
    into.add(key, node.IsScalar() ? node.Scalar() : node.IsMap() ? "{}" : node.IsSequence() ? "[]" : "");
  }
}

Flat flat(const std::string& text) {
  Flat made;
  try {
    flatten(YAML::Load(text), {}, made);
  } catch (const YAML::Exception&) {  // whoever reads it says what is wrong
  }
  return made;
}

}  // namespace

std::vector<std::string> config_diff(const std::string& before, const std::string& after) {
  const auto was = flat(before), is = flat(after);
  std::vector<std::string> lines;
  for (const auto& key : is.order) {
    const auto& value = is.values.at(key);
    const auto old = was.values.find(key);
    if (old == was.values.end())
      lines.push_back("+ " + key + ": " + value);
    else if (old->second != value)
      lines.push_back("~ " + key + ": " + old->second + " → " + value);
  }
  for (const auto& key : was.order)
    if (!is.values.contains(key)) lines.push_back("- " + key + ": " + was.values.at(key));
  return lines;
}

std::vector<std::string> weight_drift(const config::Config& file, const Snapshot& snapshot) {
  std::vector<std::string> lines;
  for (const auto& service : file.services) {
    const auto* now = find_service(snapshot, service.name);
    if (!now) continue;
    for (const auto& variant : service.variants) {
      const auto found = std::ranges::find(now->variants, variant.name, &Variant::name);
      const auto weight = found == now->variants.end() ? Weight{} : found->weight;
      if (weight != variant.weight)
        lines.push_back("services." + service.name + ".variants." + variant.name +
                        ".weight: " + variant.weight.text() + " in the file, " + weight.text() +
                        (found == now->variants.end() ? " when it enters" : " now"));
    }
  }
  return lines;
}

}  // namespace sluice
