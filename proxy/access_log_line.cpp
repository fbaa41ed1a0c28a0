#include <array>
#include <charconv>
#include <ctime>

#include "proxy/access_log.h"
#include "proxy/head_writer.h"
#include "proxy/socket_address.h"

namespace sluice {
namespace {

// RFC 8259 §7. A byte beyond ASCII is written as the code point of its value, so that any bytes make a line
// that parses.
void append_escaped(std::string& to, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      to += '\\';
      to += c;
    } else if (byte < 0x20 || byte >= 0x7F) {
      std::array<char, 4> hex;
      write_hex(hex, byte);
      to.append("\\u").append(hex.data(), hex.size());
    } else {
      to += c;
    }
  }
}

class JsonLine {
 public:
  explicit JsonLine(std::string& to) : to_(to) { to_ += '{'; }

  void text(std::string_view key, std::string_view value) {
    begin(key);
    to_ += '"';
    append_escaped(to_, value);
    to_ += '"';
  }
  void text_if(std::string_view key, std::string_view value) {
    if (!value.empty()) text(key, value);
  }
  void number(std::string_view key, std::uint64_t value) {
    begin(key);
    std::array<char, 20> digits;
    to_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
  }
  // In milliseconds with three decimals; left out if the moment never came.
  void duration(std::string_view key, Clock::time_point from, Clock::time_point to) {
    if (to == Clock::time_point{} || to < from) return;
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(to - from).count();
    begin(key);
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                   static_cast<double>(micros) / 1000, std::chars_format::fixed, 3);
    to_.append(digits.data(), end.ptr);
  }
  void open(std::string_view key) {
    begin(key);
    to_ += '{';
    first_ = true;
  }
  void close() {
    to_ += '}';
    first_ = false;
  }
  void end() { to_ += "}\n"; }

 private:
  void begin(std::string_view key) {
    if (!first_) to_ += ',';
    first_ = false;
    to_.append("\"").append(key).append("\":");
  }

  std::string& to_;
  bool first_ = true;
};

// 2026-11-23T17:00:00.123Z
std::string timestamp(std::chrono::system_clock::time_point now) {
  const auto seconds = std::chrono::system_clock::to_time_t(now);
  const auto millis =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> text;
  const auto n = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.000Z", &utc);
  for (std::size_t i = 0, rest = static_cast<std::size_t>(millis); i < 3; ++i, rest /= 10)
    text[n - 2 - i] = static_cast<char>('0' + rest % 10);
  return {text.data(), n};
}

void append_experiments(JsonLine& line, const Exposures& exposures) {
  if (exposures.empty()) return;
  line.open("experiments");
  for (const auto& [experiment, arm] : exposures) line.text(experiment->name, arm->name);
  line.close();
}

std::string_view chosen_by(const Assignment& assignment) noexcept {
  switch (assignment.by) {
    case ChosenBy::override_header:
      return "override";
    case ChosenBy::experiment:
      return "experiment";
    case ChosenBy::pin:
      return "pin";
    case ChosenBy::split:
      break;
  }
  return assignment.identity.value ? "identity" : "sequence";
}

}  // namespace

void append_json_line(std::string& to, const Exchange& x, std::chrono::system_clock::time_point now) {
  JsonLine line(to);
  line.text("time", timestamp(now));
  line.text("listener", x.listener->name);
  line.text("client", with_port(x.peer->ip_text, x.peer->port));
  line.text("method", x.request.method);
  line.text("host", x.request.authority);
  line.text("path", x.request.target);
  line.number("status", x.status);
  line.text_if("code", info(x.error).code);
  line.text_if("reason", x.reason);
  if (x.service) line.text("service", x.service->name);
  if (x.assignment.variant) line.text("variant", x.assignment.variant->name);
  if (x.assignment.variant) line.text("chosen_by", chosen_by(x.assignment));
  append_experiments(line, x.assignment.exposures);
  if (x.target) line.text("target", x.target->address);
  line.text("request_id", x.request_id);
  const auto* trace = x.request.fields.find(HeaderId::x_amzn_trace_id);
  line.text("trace_id", trace ? std::string(trace->value)
                              : "Root=" + std::string(x.trace_root.data(), x.trace_root.size()));
  line.text_if("tls", x.peer->tls_version);
  line.number("attempts", x.attempts);
  line.number("bytes_in", x.bytes_in);
  line.number("bytes_out", x.bytes_out);
  line.duration("connect_ms", x.at.started, x.at.connected);
  line.duration("first_byte_ms", x.at.started, x.at.first_byte);
  line.duration("total_ms", x.at.started, x.at.ended);
  line.end();
}

}  // namespace sluice
