#include "control/limited_service.h"

namespace sluice::config {

const std::string* limited_service(const Listener& listener) {
  if (const auto* forward = std::get_if<Forward>(&listener.fallback)) return &forward->service;
  const Rule* first = nullptr;
  for (const auto& rule : listener.rules)
    if (std::holds_alternative<Forward>(rule.action) && (!first || rule.priority < first->priority))
      first = &rule;
  return first ? &std::get<Forward>(first->action).service : nullptr;
}

}  // namespace sluice::config
