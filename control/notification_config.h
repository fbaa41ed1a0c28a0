// `notifications:` as the configuration writes them: who is told what rollouts do. Part of config.h; read by
// read_notification, judged by check_notifications, sent by rollout/notifier.
#pragma once

#include <string>

namespace sluice::config {

struct Notification {
  enum class Format { json, slack };

  std::string url;
  Format format = Format::json;
  std::string secret_file;  // signs calls; relative to the configuration file; empty: not signed
  bool operator==(const Notification&) const = default;
};

}  // namespace sluice::config
