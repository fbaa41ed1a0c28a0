// The exchanges that the session tests play, each a script for the client and one for every connection that
// reaches the origin.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "tests/session/script.h"
#include "tests/session/version.h"

namespace sluice::session {

struct Story {
  std::string name;
  std::vector<std::string>
      methods;  // of the client's requests; the i-th goes to path /i and is answered with X-Answer: /i
  Script client;
  std::vector<Script> origin;  // the i-th answers a request for /i, on whatever connection it comes
  Script on_kept{};            // answers what comes on a connection that served before; empty: as any other
  // Without faults.
  std::size_t connections = 1;       // to the origin
  std::vector<std::string> codes{};  // of the answers that Sluice makes itself, in order
  bool whole_requests = true;        // the origin gets all that the client says
  std::uint64_t body_limit = 0;      // bytes; 0: none
  bool at_once = false;              // no request waits for the answer to the one before it
  // Why it makes no sense where that side speaks HTTP/2; empty if it does.
  std::string only_h1_client{};
  std::string only_h1_origin{};

  // Why it is not played so; empty if it is.
  [[nodiscard]] const std::string& reason_to_skip(const Pairing& pairing) const {
    static const std::string none;
    if (pairing.client == Version::h2 && !only_h1_client.empty()) return only_h1_client;
    return pairing.origin == Version::h2 ? only_h1_origin : none;
  }
};

inline void PrintTo(const Story& story, std::ostream* to) {
  *to << story.name;
}

[[nodiscard]] const std::vector<Story>& stories();

}  // namespace sluice::session
