#include "proxy/upgrade.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Upgrade, Accept_IsThatOfTheRfc) {
  EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455 §1.3
}

TEST(Upgrade, Keys_AreSixteenBytesInBase64AndDiffer) {
  const auto key = make_websocket_key();
  EXPECT_EQ(key.size(), 24U);
  EXPECT_TRUE(key.ends_with("=="));
  EXPECT_EQ(key.find('='), 22U);
  EXPECT_NE(key, make_websocket_key());
}

TEST(Upgrade, Http2ByAnyOfItsNames_IsFound) {
  for (const auto* list : {"h2c", "H2C", "h2", " h2c ", "websocket, h2c", "h2c,websocket"})
    EXPECT_TRUE(names_http2(list)) << list;
  for (const auto* list : {"", "websocket", "h2cx", "h3", "xh2c", "h2/x"})
    EXPECT_FALSE(names_http2(list)) << list;
}

TEST(Upgrade, Websocket_IsThatAlone) {
  EXPECT_TRUE(is_websocket("WebSocket"));
  for (const auto* name : {"", "websockets", "websocket, foo", "connect-udp"})
    EXPECT_FALSE(is_websocket(name)) << name;
}

}  // namespace
}  // namespace sluice
