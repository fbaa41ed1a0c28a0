#include "routing/sequences.h"

#include <array>

namespace sluice {
namespace {

// Two sequences with one step would go side by side for ever, and a 1 % share would see one variant only.
// These steps are irrational numbers of different quadratic fields, so any two of them fill the square; and
// each fills the line nearly as evenly as the golden ratio does, since its continued fraction has no term
// above 3: [0; 1, 1, 1, 2, …], [0; 1, 1, 2, …], [0; 1, 2, …] and so on, each repeated for ever, times 2^64.
constexpr std::array<Point, 24> steps{
    0xA20BD700C2C3DFC0u, 0x94C583ADA5B52920u, 0xBB67AE8584CAA73Bu, 0x962BDE3E950255F7u, 0xA4103197259126ACu,
    0xB408AD76AE8CD82Au, 0x8FC1ECD5FDA0DEB5u, 0xB530FCBAC2AEC809u, 0x970897E63523E817u, 0x6A09E667F3BCC908u,
    0xCA91D722A3D0A666u, 0xB1BAA448525A1DBDu, 0x90EDEA215C9A4C14u, 0xB59834D2F76B6EBEu, 0xB25880DECFF6DB37u,
    0xB28F41E9ABFF22DDu, 0x6A33E2C83C14010Bu, 0xC3FC07EC375A0962u, 0x69165A298FD63B13u, 0x6FBDEB14F4ED9B17u,
    0xC48D27FFA85DE878u, 0x692C347645CECEEAu, 0x6F1E69F8ABE12DD3u, 0x6F2CC6AED8EADD62u};

// A request is split by one service only, so all splits may have the best step.
Point step_of(std::size_t index, bool is_split) noexcept {
  return is_split ? golden_step : steps[index % steps.size()];
}

// SplitMix64's mixing: neighbours in number are no neighbours on the line.
Point start_of(Point start, std::size_t index) noexcept {
  Point z = start + (index + 1) * golden_step;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

}  // namespace

void Sequences::begin(const Slot& decision) {
  if (sequences_.size() <= decision.index) sequences_.resize(decision.index + 1);
  const bool is_split = decision.name.starts_with("split/");
  sequences_[decision.index].emplace(start_of(start_, decision.index), step_of(decision.index, is_split));
}

}  // namespace sluice
