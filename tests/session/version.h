// Which version of HTTP each side of the proxy speaks in a run.
#pragma once

#include <array>
#include <ostream>
#include <string>

namespace sluice::session {

enum class Version { h1, h2 };

struct Pairing {
  Version client = Version::h1;
  Version origin = Version::h1;
};

inline constexpr std::array<Pairing, 4> pairings{{{Version::h1, Version::h1},
                                                  {Version::h2, Version::h1},
                                                  {Version::h1, Version::h2},
                                                  {Version::h2, Version::h2}}};

[[nodiscard]] inline std::string to_string(const Pairing& pairing) {
  const auto name = [](Version version) { return version == Version::h1 ? "H1" : "H2"; };
  return std::string(name(pairing.client)) + "To" + name(pairing.origin);
}

inline void PrintTo(const Pairing& pairing, std::ostream* to) {
  *to << to_string(pairing);
}

}  // namespace sluice::session
