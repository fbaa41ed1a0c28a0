#include "tests/session/messages.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace sluice::session {
namespace {

constexpr std::string_view blank_line = "\r\n\r\n";

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

// Takes lines up to the blank one off the bytes; false if that has not come.
bool take_head(std::string_view& bytes, Message& message) {
  const auto end = bytes.find(blank_line);
  if (end == std::string_view::npos) return false;
  auto head = bytes.substr(0, end + 2);
  bytes.remove_prefix(end + blank_line.size());
  for (bool first = true; !head.empty(); first = false) {
    const auto line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size() + 2);
    if (first) {
      message.first_line = line;
      continue;
    }
    const auto colon = line.find(':');
    auto value = line.substr(std::min(line.size(), colon + 1));
    while (value.starts_with(' ')) value.remove_prefix(1);
    message.fields.emplace_back(in_lower_case(line.substr(0, colon)), value);
  }
  return true;
}

// Names are told in either case, values as they are.
std::string trailer_lines(std::string_view lines) {
  std::string told;
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find("\r\n") + 2);
    lines.remove_prefix(line.size());
    const auto colon = std::min(line.find(':'), line.size());
    told.append(in_lower_case(line.substr(0, colon))).append(line.substr(colon));
  }
  return told;
}

bool take_length(std::string_view& bytes, std::size_t length, Message& message) {
  message.body = bytes.substr(0, length);
  bytes.remove_prefix(message.body.size());
  return message.body.size() == length;
}

bool take_chunks(std::string_view& bytes, Message& message) {
  for (;;) {
    const auto line = bytes.find("\r\n");
    if (line == std::string_view::npos) return false;
    const auto size = std::strtoul(std::string(bytes.substr(0, line)).c_str(), nullptr, 16);
    if (size == 0) {
      const auto rest = bytes.substr(line);  // CRLF, the trailers, CRLF
      const auto end = rest.find(blank_line);
      if (end == std::string_view::npos) return false;
      message.trailers = trailer_lines(rest.substr(2, end));
      bytes.remove_prefix(line + end + blank_line.size());
      return true;
    }
    bytes.remove_prefix(line + 2);
    message.body += bytes.substr(0, size);
    if (bytes.size() < size + 2) {
      bytes = {};
      return false;
    }
    bytes.remove_prefix(size + 2);
  }
}

bool take_until_close(std::string_view& bytes, Ended ended, Message& message) {
  message.body = bytes;
  bytes = {};
  return ended == Ended::fin;
}

}  // namespace

std::string Message::field(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, [](const auto& field) { return field.first; });
  return found == fields.end() ? std::string() : found->second;
}

int Message::status() const {
  return std::atoi(first_line.substr(std::min<std::size_t>(9, first_line.size())).c_str());
}

std::string Message::path() const {
  const auto begin = first_line.find(' ') + 1;
  return first_line.substr(begin, first_line.find(' ', begin) - begin);
}

std::vector<Message> Conversation::complete() const {
  std::vector<Message> whole;
  for (const auto& message : messages) {
    const bool interim =
        message.first_line.starts_with("HTTP/") && message.status() < 200 && message.status() != 101;
    if (message.complete && !interim) whole.push_back(message);
  }
  return whole;
}

Conversation requests_in(std::string_view bytes) {
  Conversation found;
  while (!bytes.empty()) {
    auto& message = found.messages.emplace_back();
    const auto before = bytes.size();
    if (!take_head(bytes, message)) break;
    if (message.field("transfer-encoding") == "chunked") {
      message.complete = take_chunks(bytes, message);
    } else {
      const auto length = std::strtoul(message.field("content-length").c_str(), nullptr, 10);
      message.complete = take_length(bytes, length, message);
    }
    message.size = before - bytes.size();
    if (!message.complete) break;
    if (message.field("upgrade").empty()) continue;
    found.tunnel = bytes;
    break;
  }
  return found;
}

Conversation responses_in(std::string_view bytes, const std::vector<std::string>& methods, Ended ended) {
  Conversation found;
  std::size_t answered = 0;
  while (!bytes.empty()) {
    auto& message = found.messages.emplace_back();
    const auto before = bytes.size();
    message.answers = answered;
    if (!take_head(bytes, message)) break;
    const int status = message.status();
    if (status == 101) {
      message.complete = true;
      found.tunnel = bytes;
      break;
    }
    const auto method = answered < methods.size() ? methods[answered] : "GET";
    if (status < 200 || status == 204 || status == 304 || method == "HEAD") {
      message.complete = true;
    } else if (message.field("transfer-encoding") == "chunked") {
      message.complete = take_chunks(bytes, message);
    } else if (const auto length = message.field("content-length"); !length.empty()) {
      message.complete = take_length(bytes, std::strtoul(length.c_str(), nullptr, 10), message);
    } else {
      message.complete = take_until_close(bytes, ended, message);
    }
    message.size = before - bytes.size();
    if (!message.complete) break;
    if (status >= 200) ++answered;
  }
  return found;
}

}  // namespace sluice::session
