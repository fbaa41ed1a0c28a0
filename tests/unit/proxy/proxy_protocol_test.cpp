#include "proxy/proxy_protocol.h"

#include <gtest/gtest.h>

#include "proxy/crc32c.h"

namespace sluice {
namespace {

using namespace std::string_literals;
using State = ProxyHeader::State;

constexpr std::array<std::uint8_t, 16> v4_client{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 1};
constexpr std::array<std::uint8_t, 16> v4_server{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 198, 51, 100, 7};
constexpr std::array<std::uint8_t, 16> v6_client{0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
const std::string signature = "\r\n\r\n\0\r\nQUIT\n"s;

std::string number(std::size_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xFF)};
}
std::string v2(char command, char family, const std::string& rest) {
  return signature + command + family + number(rest.size()) + rest;
}
const std::string v4_addresses = "\xC0\0\x02\x01\xC6\x33\x64\x07"s + number(56324) + number(443);
std::string tlv(char type, const std::string& value) {
  return type + number(value.size()) + value;
}

// Whole, with bytes behind it, and cut at every byte.
void expect_client(const std::string& header, const ProxyEndpoint& client) {
  for (const auto& bytes : {header, header + "GET / HTTP/1.1\r\n"}) {
    const auto parsed = parse_proxy_header(bytes);
    ASSERT_EQ(parsed.state, State::complete);
    EXPECT_EQ(parsed.size, header.size());
    EXPECT_TRUE(parsed.names_client);
    EXPECT_EQ(parsed.client, client);
  }
  for (std::size_t size = 0; size < header.size(); ++size)
    EXPECT_EQ(parse_proxy_header(std::string_view(header).substr(0, size)).state, State::incomplete) << size;
}
void expect_nobody(const std::string& header) {
  const auto parsed = parse_proxy_header(header + "x");
  ASSERT_EQ(parsed.state, State::complete);
  EXPECT_EQ(parsed.size, header.size());
  EXPECT_FALSE(parsed.names_client);
  for (std::size_t size = 0; size < header.size(); ++size)
    EXPECT_EQ(parse_proxy_header(std::string_view(header).substr(0, size)).state, State::incomplete) << size;
}
State state_of(const std::string& bytes) {
  return parse_proxy_header(bytes).state;
}

// ---- version 1 ----

TEST(ProxyV1, Tcp4_NamesTheClient) {
  expect_client("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n", {v4_client, 56324});
}
TEST(ProxyV1, Tcp6_NamesTheClient) {
  expect_client("PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n", {v6_client, 1});
}
TEST(ProxyV1, Unknown_NamesNobody) {
  expect_nobody("PROXY UNKNOWN\r\n");
  expect_nobody("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n");
}
TEST(ProxyV1, WhatIsNoHeader_IsMalformedAtOnce) {
  for (const auto* text : {"G", "GET / HTTP/1.1\r\n", "PROXX", "proxy TCP4", "\x16\x03\x01", " PROXY "})
    EXPECT_EQ(state_of(text), State::malformed) << text;
}
TEST(ProxyV1, LinesThatAreNearlyRight_AreMalformed) {
  for (const auto* line : {"TCP4 192.0.2.1 198.51.100.7 56324", "TCP4 192.0.2.1 198.51.100.7 56324 443 1",
                           "TCP4 192.0.2.1 198.51.100.7 56324 443 ", "TCP4  192.0.2.1 198.51.100.7 56324 443",
                           "TCP4 192.0.2.256 198.51.100.7 56324 443", "TCP4 2001:db8::1 2001:db8::2 1 2",
                           "TCP6 192.0.2.1 198.51.100.7 1 2", "TCP4 192.0.2.1 198.51.100.7 65536 443",
                           "TCP4 192.0.2.1 198.51.100.7 056 443", "TCP4 192.0.2.1 198.51.100.7 -1 443",
                           "TCP4 192.0.2.1 198.51.100.7 +1 443", "TCP5 192.0.2.1 198.51.100.7 1 2",
                           "UNKNOWNX", "", "TCP4", "TCP4 192.0.02.1 198.51.100.7 1 2"})
    EXPECT_EQ(state_of("PROXY "s + line + "\r\n"), State::malformed) << line;
}
TEST(ProxyV1, LineEnds_AreCrLfAlone) {
  EXPECT_EQ(state_of("PROXY TCP4 192.0.2.1 198.51.100.7 1 2\n"), State::malformed);
  EXPECT_EQ(state_of("PROXY TCP4 192.0.2.1 198.51.100.7 1 2\rX"), State::malformed);
  EXPECT_EQ(state_of("PROXY TCP4 192.0.2.1\t198.51.100.7 1 2\r\n"), State::malformed);
}
TEST(ProxyV1, LineThatIsTooLong_IsMalformed) {
  EXPECT_EQ(state_of("PROXY UNKNOWN " + std::string(91, 'x') + "\r\n"), State::complete);
  EXPECT_EQ(state_of("PROXY UNKNOWN " + std::string(92, 'x') + "\r\n"), State::malformed);
  EXPECT_EQ(state_of("PROXY UNKNOWN " + std::string(93, 'x')), State::malformed);
}

// ---- version 2 ----

TEST(ProxyV2, Tcp4_NamesTheClient) {
  expect_client(v2('\x21', '\x11', v4_addresses), {v4_client, 56324});
}
TEST(ProxyV2, Tcp6_NamesTheClient) {
  const std::string ip(reinterpret_cast<const char*>(v6_client.data()), v6_client.size());
  expect_client(v2('\x21', '\x21', ip + ip + number(56324) + number(443)), {v6_client, 56324});
}
TEST(ProxyV2, LocalUnspecifiedAndUnix_NameNobody) {
  expect_nobody(v2('\x20', '\0', ""));
  expect_nobody(v2('\x20', '\x11', v4_addresses));
  expect_nobody(v2('\x20', '\x77', "whatever"));
  expect_nobody(v2('\x21', '\0', ""));
  expect_nobody(v2('\x21', '\x31', std::string(216, 'u')));
}
TEST(ProxyV2, Tlvs_AreSkipped) {
  const auto tlvs = tlv('\x02', "a.example") + tlv('\x04', "") + tlv('\xEA', std::string(300, 'v'));
  expect_client(v2('\x21', '\x11', v4_addresses + tlvs), {v4_client, 56324});
}
TEST(ProxyV2, TlvsThatDoNotEndWithTheHeader_AreMalformed) {
  for (const auto& tlvs : {"\x02"s, "\x02\0"s,
                           "\x02\0\x05"
                           "abcd"s})
    EXPECT_EQ(state_of(v2('\x21', '\x11', v4_addresses + tlvs)), State::malformed);
}
TEST(ProxyV2, Checksum_MustBeRight) {
  auto header = v2('\x21', '\x11', v4_addresses + tlv('\x02', "h2") + tlv('\x03', "\0\0\0\0"s));
  EXPECT_EQ(state_of(header), State::malformed);
  Crc32c crc;
  crc.add(header);
  for (int i = 0; i < 4; ++i)
    header[header.size() - 4 + static_cast<std::size_t>(i)] = static_cast<char>(crc.value() >> (24 - 8 * i));
  expect_client(header, {v4_client, 56324});
  header[20] ^= 1;
  EXPECT_EQ(state_of(header), State::malformed);
  EXPECT_EQ(state_of(v2('\x21', '\x11', v4_addresses + tlv('\x03', "abc"))), State::malformed);
}
TEST(ProxyV2, VersionsCommandsAndFamiliesThatAreNone_AreMalformed) {
  for (const char command : {'\x11', '\x22', '\x2F', '\x01', '\xA1'})
    EXPECT_EQ(state_of(v2(command, '\x11', v4_addresses)), State::malformed);
  for (const char family : {'\x12', '\x22', '\x10', '\x01', '\x41', '\x13'})
    EXPECT_EQ(state_of(v2('\x21', family, std::string(216, 'a'))), State::malformed);
}
TEST(ProxyV2, AddressesCutShort_AreMalformed) {
  EXPECT_EQ(state_of(v2('\x21', '\x11', v4_addresses.substr(1))), State::malformed);
  EXPECT_EQ(state_of(v2('\x21', '\x21', v4_addresses)), State::malformed);
}
TEST(ProxyV2, HeaderThatIsTooLong_IsMalformedBeforeItCame) {
  EXPECT_EQ(state_of(signature + "\x20" + "\0"s + number(longest_proxy_header - 15)), State::malformed);
  EXPECT_EQ(state_of(signature + "\x20" + "\0"s + number(longest_proxy_header - 16)), State::incomplete);
}

TEST(Crc32c, CheckValue) {
  Crc32c crc;
  crc.add("123456789");
  EXPECT_EQ(crc.value(), 0xE3069283U);
}

// ---- our own ----

TEST(ProxyV2Written, IsReadAsItWasMeant) {
  for (const auto& client : {ProxyEndpoint{v4_client, 56324}, ProxyEndpoint{v6_client, 1}})
    for (const auto& server : {ProxyEndpoint{v4_server, 443}, ProxyEndpoint{v6_client, 443}}) {
      const auto parsed = parse_proxy_header(proxy_header_v2(client, server));
      EXPECT_EQ(parsed.state, State::complete);
      EXPECT_EQ(parsed.client, client);
    }
  EXPECT_EQ(proxy_header_v2({v4_client, 56324}, {v4_server, 443}), v2('\x21', '\x11', v4_addresses));
}

}  // namespace
}  // namespace sluice
