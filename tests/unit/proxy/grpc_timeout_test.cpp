#include "proxy/grpc_timeout.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

using namespace std::chrono_literals;

TEST(GrpcTimeout, EachUnit_IsRead) {
  EXPECT_EQ(parse_grpc_timeout("2H"), 2h);
  EXPECT_EQ(parse_grpc_timeout("3M"), 3min);
  EXPECT_EQ(parse_grpc_timeout("4S"), 4s);
  EXPECT_EQ(parse_grpc_timeout("500m"), 500ms);
  EXPECT_EQ(parse_grpc_timeout("6u"), 6us);
  EXPECT_EQ(parse_grpc_timeout("7n"), 7ns);
  EXPECT_EQ(parse_grpc_timeout("0S"), 0s);
  EXPECT_EQ(parse_grpc_timeout("00000001S"), 1s);
  EXPECT_EQ(parse_grpc_timeout("99999999m"), 99'999'999ms);
}

TEST(GrpcTimeout, Malformed_IsNone) {
  for (const auto* value : {"", "S", "1", "12", "1s", "1h", "1 S", " 1S", "1S ", "+1S", "-1S", "1.5S", "0x1S", "1SS",
                            "100000000S", "1\xC2\xB5"})
    EXPECT_EQ(parse_grpc_timeout(value), std::nullopt) << value;
}

TEST(GrpcTimeout, LongerThanTenYears_DoesNotOverflow) {
  EXPECT_EQ(parse_grpc_timeout("99999999H"), 87'600h);
  EXPECT_EQ(parse_grpc_timeout("99999999M"), 87'600h);
  EXPECT_EQ(parse_grpc_timeout("99999999S"), 99'999'999s);
}

}  // namespace
}  // namespace sluice
