#include "control/check_notifications.h"

#include <set>

#include "control/quoted.h"
#include "control/secrets.h"

namespace sluice::config {

void check_notifications(const Config& config, Findings& findings) {
  std::set<std::string> urls;
  for (std::size_t i = 0; i < config.notifications.size(); ++i) {
    const auto& notification = config.notifications[i];
    const auto key = indexed("notifications", i);
    if (!urls.insert(notification.url).second)
      findings.add(key + ".http", quoted(notification.url) + " is told already; leave one out");
    if (notification.secret_file.empty()) continue;
    if (const auto secrets = read_secrets(findings.file(notification.secret_file)); !secrets)
      findings.add(key + ".secret_file", secrets.error());
  }
}

}  // namespace sluice::config
