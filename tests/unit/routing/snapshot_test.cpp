#include "routing/snapshot.h"

#include <gtest/gtest.h>

#include "routing/router.h"
#include "tests/unit/routing/heads.h"

namespace sluice {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

Bytes v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, a, b, c, d};
}

TEST(AddressRange, PrefixOnAByteBoundary) {
  const AddressRange ten{v4(10, 0, 0, 0), 96 + 8};
  EXPECT_TRUE(ten.contains(v4(10, 255, 1, 2)));
  EXPECT_FALSE(ten.contains(v4(11, 0, 0, 0)));
  EXPECT_FALSE(ten.contains(Bytes{10})) << "a v6 address is none of 10.0.0.0/8";
}

TEST(AddressRange, PrefixWithinAByte) {
  const AddressRange range{v4(172, 16, 0, 0), 96 + 12};
  EXPECT_TRUE(range.contains(v4(172, 31, 255, 255)));
  EXPECT_FALSE(range.contains(v4(172, 32, 0, 0)));
  EXPECT_FALSE(range.contains(v4(172, 15, 255, 255)));
}

TEST(AddressRange, WholeAddressAndNoneOfIt) {
  EXPECT_TRUE((AddressRange{v4(1, 2, 3, 4), 128}.contains(v4(1, 2, 3, 4))));
  EXPECT_FALSE((AddressRange{v4(1, 2, 3, 4), 128}.contains(v4(1, 2, 3, 5))));
  EXPECT_TRUE((AddressRange{{}, 0}.contains(v4(9, 9, 9, 9))));
}

Service shop() {
  const Weight weights[] = {{90 * Weight::unit}, {10 * Weight::unit}};
  return {.name = "shop",
          .slot = {},
          .variants = {{"blue", weights[0], {}, {}}, {"green", weights[1], {}, {}}},
          .stable = 0,
          .split = Split::from_weights(weights),
          .identity = {{IdentityFrom::header, "X-User-Id"}},
          .salt_seed = salt_seed("shop")};
}

TEST(Assign, RequestWithIdentity_GoesByItsPointAndLeavesTheSequenceAlone) {
  const auto service = shop();
  PointSequence sequence, untouched;
  const auto assignment = assign(service, head_of("GET", "/", "", {{"X-User-Id", "u7"}}), sequence);
  EXPECT_EQ(assignment.identity, "u7");
  EXPECT_EQ(assignment.point, point_of(service.salt_seed, "u7"));
  EXPECT_EQ(assignment.variant, &service.variants[service.split.variant_at(assignment.point)]);
  EXPECT_EQ(sequence.next(), untouched.next());
}

TEST(Assign, RequestWithoutIdentity_TakesTheNextPoint) {
  const auto service = shop();
  PointSequence sequence, same;
  const auto assignment = assign(service, head_of("GET", "/"), sequence);
  EXPECT_FALSE(assignment.identity);
  EXPECT_EQ(assignment.point, same.next());
}

}  // namespace
}  // namespace sluice
