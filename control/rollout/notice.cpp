#include "control/rollout/notice.h"

#include "control/api/json_text.h"

namespace sluice {
namespace {

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else
      result += c;
  }
  return result;
}

}  // namespace

std::string notice_body(const Notice& notice, config::Notification::Format format) {
  if (format == config::Notification::Format::slack) {
    const auto more = notice.text.empty() ? "" : "\n" + escaped(notice.text);
    return json_text(boost::json::object{{"text", "*" + escaped(notice.title) + "*" + more}});
  }
  auto body = notice.fields;
  body["title"] = notice.title;
  body["text"] = notice.text;
  return json_text(body);
}

}  // namespace sluice
