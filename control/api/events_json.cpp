#include "control/api/events_json.h"

#include "control/api/utc_text.h"

namespace sluice {
namespace {

boost::json::value text_or_null(const std::string& text) {
  return text.empty() ? boost::json::value() : boost::json::value(text);
}

}  // namespace

boost::json::object event_json(const AuditEvent& event) {
  return {{"number", event.number},
          {"at", utc_text(event.at)},
          {"author", event.author},
          {"kind", event.kind},
          {"service", text_or_null(event.service)},
          {"rollout", text_or_null(event.rollout)},
          {"revision", event.revision ? boost::json::value(event.revision) : boost::json::value()},
          {"text", event.text}};
}

}  // namespace sluice
