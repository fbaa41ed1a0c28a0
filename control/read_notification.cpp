#include "control/read_notification.h"

#include "control/choices.h"
#include "control/scalars.h"
#include "control/strategy_scalars.h"

namespace sluice::config {

Notification read_notification(const Value& value) {
  using Format = Notification::Format;
  Notification result;
  value.mapping([&](Mapping& notification) {
    notification.require("http", result.url, http_url);
    notification.read("format", result.format,
                      choice<Format>({{"json", Format::json}, {"slack", Format::slack}}));
    notification.read("secret_file", result.secret_file, some_text);
  });
  return result;
}

}  // namespace sluice::config
