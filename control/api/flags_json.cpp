#include "control/api/flags_json.h"

namespace sluice {
namespace {

struct AsJson {
  boost::json::value operator()(bool value) const { return value; }
  boost::json::value operator()(std::int64_t value) const { return value; }
  boost::json::value operator()(Decimal value) const { return static_cast<double>(value.thousandths) / 1000; }
  boost::json::value operator()(const std::string& value) const { return boost::json::string(value); }
};

}  // namespace

boost::json::object flags_json(const std::vector<std::pair<std::string, FlagValue>>& flags) {
  boost::json::object all;
  for (const auto& [key, value] : flags) all[key] = std::visit(AsJson{}, value);
  return all;
}

}  // namespace sluice
