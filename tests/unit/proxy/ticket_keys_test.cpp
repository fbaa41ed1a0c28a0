#include "proxy/ticket_keys.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

std::chrono::seconds now{1'700'000'000};

TicketKeys keys_of(unsigned char secret) {
  return TicketKeys(TicketKeys::Secret{secret}, []() noexcept { return now; });
}

TEST(TicketKeys, WithinALifetime_TheKeyStays) {
  const auto keys = keys_of(1);
  now = 1000 * TicketKeys::lifetime;
  const auto first = keys.current();
  now += TicketKeys::lifetime - std::chrono::seconds(1);
  EXPECT_EQ(keys.current().name, first.name);
  EXPECT_EQ(keys.current().cipher, first.cipher);
  now += std::chrono::seconds(1);
  EXPECT_NE(keys.current().name, first.name);
  EXPECT_NE(keys.current().cipher, first.cipher);
  EXPECT_NE(keys.current().mac, first.mac);
}

TEST(TicketKeys, KeyOfTheLifetimeBefore_IsFoundAsOld) {
  const auto keys = keys_of(1);
  const auto key = keys.current();
  ASSERT_TRUE(keys.find(key.name));
  EXPECT_TRUE(keys.find(key.name)->current);
  now += TicketKeys::lifetime;
  ASSERT_TRUE(keys.find(key.name));
  EXPECT_FALSE(keys.find(key.name)->current);
  EXPECT_EQ(keys.find(key.name)->key.cipher, key.cipher);
  now += TicketKeys::lifetime;
  EXPECT_FALSE(keys.find(key.name));
}

TEST(TicketKeys, KeyOfTheFuture_IsNotFound) {
  const auto keys = keys_of(1);
  now += TicketKeys::lifetime;
  const auto key = keys.current();
  now -= TicketKeys::lifetime;
  EXPECT_FALSE(keys.find(key.name));
}

TEST(TicketKeys, AnotherSecret_HasOtherKeysAndDoesNotKnowOurs) {
  const auto ours = keys_of(1).current();
  EXPECT_NE(keys_of(2).current().cipher, ours.cipher);
  EXPECT_FALSE(keys_of(2).find(ours.name));
}

TEST(TicketKeys, CipherAndMac_AreNotOneKey) {
  const auto key = keys_of(1).current();
  EXPECT_NE(key.cipher, key.mac);
}

}  // namespace
}  // namespace sluice
