// Heads parsed from texts, whole or in pieces, with the text that their views point into.
#pragma once

#include <string>
#include <string_view>

#include "proxy/h1_head.h"

namespace sluice {

template <class Head, class Parser>
class ParsedHead {
 public:
  explicit ParsedHead(std::string text, const HeadLimits& limits = {}) : text_(std::move(text)) {
    Parser parser(head, limits);
    progress = parser.parse(text_);
  }
  ParsedHead(const ParsedHead&) = delete;
  ParsedHead& operator=(const ParsedHead&) = delete;

  [[nodiscard]] bool complete() const { return progress.state == HeadProgress::State::complete; }
  [[nodiscard]] bool incomplete() const { return progress.state == HeadProgress::State::incomplete; }
  [[nodiscard]] bool failed() const { return progress.state == HeadProgress::State::failed; }
  // The value of the first field of that name, or "(none)".
  [[nodiscard]] std::string_view field(std::string_view name) const {
    for (const auto& field : head.fields)
      if (field.name == name) return field.value;
    return "(none)";
  }
  [[nodiscard]] std::string_view text() const { return text_; }

  Head head;
  HeadProgress progress;

 private:
  std::string text_;
};

using ParsedRequest = ParsedHead<RequestHead, RequestParser>;
using ParsedResponse = ParsedHead<ResponseHead, ResponseParser>;

// The progress after the text came a byte at a time: the first that is not "incomplete".
template <class Head, class Parser>
HeadProgress parse_by_bytes(std::string_view text, Head& head, const HeadLimits& limits = {}) {
  Parser parser(head, limits);
  HeadProgress progress;
  for (std::size_t n = 0; n <= text.size() && progress.state == HeadProgress::State::incomplete; ++n)
    progress = parser.parse(text.substr(0, n));
  return progress;
}

}  // namespace sluice
