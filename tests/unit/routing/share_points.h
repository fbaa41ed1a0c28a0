// Share points for tests: the same for every request, and how often they were asked for.
#pragma once

#include "routing/condition.h"

namespace sluice {

class FixedPoints final : public SharePoints {
 public:
  explicit FixedPoints(Point point = 0) noexcept : point_(point) {}
  Point point(const Share&) override {
    ++asked;
    return point_;
  }

  int asked = 0;

 private:
  Point point_;
};

}  // namespace sluice
