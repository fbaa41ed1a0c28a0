// HTTP/1.1 messages as an independent observer reads them off the bytes of a connection, or off the text that
// an H2Reader makes of a stream: the oracle of the session tests. It shares no code with the proxy, and is
// lenient: what it must tell is which message is complete and what it says.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::session {

enum class Ended { open, fin, broken };

struct Message {
  std::string first_line;
  std::vector<std::pair<std::string, std::string>> fields;  // names in lower case
  std::string body;
  std::string trailers;  // lines; names in lower case
  bool complete = false;
  std::size_t size = 0;     // bytes, if it is complete
  std::size_t answers = 0;  // of a response: which request, from 0

  [[nodiscard]] std::string field(std::string_view name) const;
  [[nodiscard]] int status() const;
  [[nodiscard]] std::string method() const { return first_line.substr(0, first_line.find(' ')); }
  [[nodiscard]] std::string path() const;
};

struct Conversation {
  std::vector<Message>
      messages;        // whole ones, then at most one that is not; interim responses are messages too
  std::string tunnel;  // what follows an Upgrade request, or a 101

  [[nodiscard]] std::vector<Message> complete() const;  // without interim responses
};

[[nodiscard]] Conversation requests_in(std::string_view bytes);
// `methods` of the requests that the responses answer, in order.
[[nodiscard]] Conversation responses_in(std::string_view bytes, const std::vector<std::string>& methods,
                                        Ended ended);

}  // namespace sluice::session
