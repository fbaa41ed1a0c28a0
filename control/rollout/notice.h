// What somebody is told of a rollout, and how the formats write it. Pure.
#pragma once

#include <boost/json/object.hpp>

#include <string>

#include "control/notification_config.h"

namespace sluice {

struct Notice {
  std::string title;           // "shop: rollout to green rolled back"
  std::string text;            // a sentence or two more; may be empty
  boost::json::object fields;  // for programs
};

// json: the fields beside `title` and `text`. slack: {"text": "*title*\ntext"}, in Slack's own escapes.
[[nodiscard]] std::string notice_body(const Notice& notice, config::Notification::Format format);

}  // namespace sluice
