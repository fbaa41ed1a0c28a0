// The running proxy that a command talks to, and how it is let in.
#pragma once

#include <string>

namespace sluice::cli {

struct Proxy {
  std::string url;    // as parse_admin_url takes it
  std::string token;  // empty: none
  std::string ca;     // a PEM file, for https://; empty: the system's store
};

}  // namespace sluice::cli
