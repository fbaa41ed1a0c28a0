// The vendors' own vectors, and the traps between a hash and an arm: rounding, the order of the list, ends.
#include "routing/vendor_hash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "routing/murmur3.h"
#include "routing/sha1.h"

namespace sluice {
namespace {

using testing::HasSubstr;

constexpr HashMethod vendors[] = {HashMethod::launchdarkly, HashMethod::growthbook_v2, HashMethod::unleash,
                                  HashMethod::flagd_v2};

std::vector<Weight> weights(std::initializer_list<const char*> texts) {
  std::vector<Weight> result;
  for (const auto* text : texts) result.push_back(Weight::parse(text).value());
  return result;
}

VendorSplit split(HashMethod method, std::string salt, std::initializer_list<const char*> texts) {
  auto made = VendorSplit::make(method, std::move(salt), weights(texts));
  EXPECT_TRUE(made) << made.error();
  return *std::move(made);
}

std::string error_of(HashMethod method, std::initializer_list<const char*> texts) {
  const auto made = VendorSplit::make(method, "salt", weights(texts));
  return made ? "" : made.error();
}

std::string sha1(std::string_view text) {
  Sha1 sha1;
  sha1.add(text);
  std::string hex;
  for (const auto byte : sha1.digest())
    for (const int digit : {byte >> 4, byte & 15}) hex += "0123456789abcdef"[digit];
  return hex;
}

std::uint32_t murmur3(std::string_view text, std::uint32_t seed = 0) {
  Murmur3 murmur(seed);
  murmur.add(text);
  return murmur.hash();
}

TEST(Sha1, StandardVectors_Hold) {
  EXPECT_EQ(sha1(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(sha1("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(sha1(std::string(1'000'000, 'a')), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(Murmur3, StandardVectors_Hold) {
  EXPECT_EQ(murmur3(""), 0u);
  EXPECT_EQ(murmur3("", 1), 0x514E28B7u);
  EXPECT_EQ(murmur3("", 0xFFFFFFFF), 0x81F16F39u);
  EXPECT_EQ(murmur3(std::string(4, '\0')), 0x2362F9DEu);
  EXPECT_EQ(murmur3("\xFF\xFF\xFF\xFF"), 0x76293B50u);
  EXPECT_EQ(murmur3("\x21\x43\x65\x87"), 0xF55B516Bu);
  EXPECT_EQ(murmur3("\x21\x43\x65"), 0x7E4A8634u);
  EXPECT_EQ(murmur3("\x21\x43"), 0xA0F7B07Au);
  EXPECT_EQ(murmur3("\x21"), 0x72661CF4u);
  EXPECT_EQ(murmur3("The quick brown fox jumps over the lazy dog", 0x9747B28C), 0x2FA826CDu);
}

// What lies on both sides of a block's end, cut anywhere.
TEST(Hashes, FedInPieces_AreThoseOfTheWhole) {
  for (std::size_t size = 0; size < 140; ++size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(i * 7);
    for (std::size_t cut = 0; cut <= size; ++cut) {
      Sha1 in_pieces, whole;
      Murmur3 murmur(7);
      whole.add(text);
      for (const auto& piece : {text.substr(0, cut), text.substr(cut)}) {
        in_pieces.add(piece);
        murmur.add(piece);
      }
      ASSERT_EQ(in_pieces.digest(), whole.digest()) << size << " cut at " << cut;
      ASSERT_EQ(murmur.hash(), murmur3(text, 7)) << size << " cut at " << cut;
    }
  }
}

TEST(LaunchDarkly, Vectors_Hold) {
  EXPECT_EQ(launchdarkly_bucket("hashKey.saltyA", "userKeyA"), 0.42157587F);
  EXPECT_EQ(launchdarkly_bucket("hashKey.saltyA", "userKeyB"), 0.6708485F);
  EXPECT_EQ(launchdarkly_bucket("hashKey.saltyA", "userKeyC"), 0.10343106F);
  EXPECT_EQ(launchdarkly_bucket("hashKey.saltyA", "Zoë"), 0.26483738317392935F) << "bytes of UTF-8";
  EXPECT_EQ(launchdarkly_bucket("hashKey.saltyA", ""), 0.4849106059179691F);
}

TEST(LaunchDarkly, Cuts_LieWhereTheBucketDoes) {
  const auto variant = [](const char* first, const char* second) {
    return split(HashMethod::launchdarkly, "hashKey.saltyA", {first, second}).variant_at("userKeyA");
  };
  EXPECT_EQ(variant("42.157", "57.843"), 1u);
  EXPECT_EQ(variant("42.158", "57.842"), 0u);
}

// Users so close to a cut that doubles, or exact shares, would put them on its other side.
TEST(LaunchDarkly, RoundingOfFloat32_DecidesAsInTheSdks) {
  const auto variant = [](const char* user, const char* first, const char* second) {
    return split(HashMethod::launchdarkly, "flag.salt", {first, second}).variant_at(user);
  };
  EXPECT_EQ(variant("u782", "66.785", "33.215"), 1u);   // 0.66784999…: its float32 is the cut's
  EXPECT_EQ(variant("u1592", "92.752", "7.248"), 1u);   // below 0.92752, not below its float32
  EXPECT_EQ(variant("u1918", "79.78", "20.22"), 1u);    // the cut's float32 is above 0.7978, and so is it
  EXPECT_EQ(variant("u4771", "18.309", "81.691"), 1u);  // 0.183089998…
}

// Each sum is rounded before the next weight is added to it; sums of doubles would be one variant lower here.
TEST(LaunchDarkly, SumsOfFloat32_DecideAsInTheSdks) {
  const std::vector<Weight> hundred(100, Weight{Weight::unit});
  const auto made = VendorSplit::make(HashMethod::launchdarkly, "flag.salt", hundred);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->variant_at("u25116"), 6u);    // 0.0599999949
  EXPECT_EQ(made->variant_at("u142235"), 43u);  // 0.4299999177
  EXPECT_EQ(made->variant_at("u152783"), 95u);  // 0.9499995112
}

// A hundred times 0.01F is 0.99999934F, and these users lie above it.
TEST(LaunchDarkly, PastTheSum_IsTheLastVariantWithAWeight) {
  std::vector<Weight> hundred(100, Weight{Weight::unit});
  hundred.insert(hundred.end(), 2, Weight{});
  const auto made = VendorSplit::make(HashMethod::launchdarkly, "flag.salt", hundred);
  ASSERT_TRUE(made);
  for (const auto* user : {"u23804", "u174348", "u1521651"}) {
    ASSERT_GE(launchdarkly_bucket("flag.salt", user), 0.99999934F);
    EXPECT_EQ(made->variant_at(user), 99u) << "nobody gets a variant of weight 0";
  }
}

TEST(GrowthBook, Vectors_Hold) {
  EXPECT_EQ(growthbook_bucket("seed", "a"), 505u);
  EXPECT_EQ(growthbook_bucket("seed", "b"), 2696u);
  EXPECT_EQ(growthbook_bucket("seed", "Zoë"), 535u) << "bytes of UTF-8, as in the SDK for Go";
  EXPECT_EQ(growthbook_bucket("seed", "用户-7"), 9664u);
  EXPECT_EQ(growthbook_bucket("seed", ""), 4286u);
}

TEST(GrowthBook, Cuts_LieWhereTheBucketDoes) {
  const auto variant = [](const char* first, const char* second) {
    return split(HashMethod::growthbook_v2, "seed", {first, second}).variant_at("a");
  };
  EXPECT_EQ(variant("5.05", "94.95"), 1u) << "an end is not part of its range";
  EXPECT_EQ(variant("5.06", "94.94"), 0u);
}

TEST(GrowthBook, SumsOfDoubles_DecideAsInTheSdks) {
  ASSERT_EQ(growthbook_bucket("new-search", "u712"), 3000u);
  const auto summed = split(HashMethod::growthbook_v2, "new-search", {"0.1", "0.2", "0.7"});
  EXPECT_EQ(summed.variant_at("u2250"), 1u);   // 2999
  EXPECT_EQ(summed.variant_at("u712"), 1u);    // 0.3 < 0.1 + 0.2
  EXPECT_EQ(summed.variant_at("u14612"), 2u);  // 3001
  const auto plain = split(HashMethod::growthbook_v2, "new-search", {"0.3", "0.7"});
  EXPECT_EQ(plain.variant_at("u712"), 1u);
}

TEST(GrowthBook, LastBucket_IsTheLastVariantWithAWeight) {
  ASSERT_EQ(growthbook_bucket("new-search", "u5480"), 9999u);
  const auto tenths = split(HashMethod::growthbook_v2, "new-search",
                            {"10", "10", "10", "10", "10", "10", "10", "10", "10", "10", "0"});
  EXPECT_EQ(tenths.variant_at("u5480"), 9u);
}

TEST(Unleash, Vectors_Hold) {
  EXPECT_EQ(murmur3("gr1:123") % 100 + 1, 73u) << "a strategy's rollout";
  EXPECT_EQ(murmur3("groupX:999") % 100 + 1, 25u);
  EXPECT_EQ(unleash_hash("gr1", "123") % 100 + 1, 96u) << "a variant";
  EXPECT_EQ(unleash_hash("groupX", "999") % 100 + 1, 60u);
  EXPECT_EQ(unleash_hash("gr1", "Zoë"), 873659754u) << "bytes of UTF-8";
  EXPECT_EQ(unleash_hash("gr1", ""), 2207073531u);
}

TEST(Unleash, Weights_AreThousandthsOfTheSum) {
  const auto sixty = split(HashMethod::unleash, "g", {"60", "40"});
  EXPECT_EQ(unleash_hash("g", "u1891") % 1000 + 1, 600u);
  EXPECT_EQ(sixty.variant_at("u245"), 0u);   // 599
  EXPECT_EQ(sixty.variant_at("u1891"), 0u);  // the first sum that is at least 600
  EXPECT_EQ(sixty.variant_at("u2330"), 1u);  // 601
  for (int i = 0; i < 1'000; ++i) {
    const auto user = std::to_string(i);
    ASSERT_EQ(sixty.variant_at(user), unleash_hash("g", user) % 1'000 + 1 <= 600 ? 0u : 1u);
  }
}

TEST(Flagd, RawHashes_Hold) {
  EXPECT_EQ(flagd_hash("", "ejOoVL"), 0u);
  EXPECT_EQ(flagd_hash("bY9", "fO-"), 1u) << "nothing stands between the key and the identity";
  EXPECT_EQ(flagd_hash("SI7p-", ""), 0x7FFFFFFFu);
  EXPECT_EQ(flagd_hash("6", "LvT0"), 0x80000000u);
  EXPECT_EQ(flagd_hash("ceQ", "dGm"), 0xFFFFFFFFu);
  EXPECT_EQ(flagd_hash("fractional-flag", "Zoë"), 1899574446u);
}

TEST(Flagd, Cards_LieWhereTheTestbedHasThem) {
  const auto cards = split(HashMethod::flagd_v2, "fractional-flag", {"25", "25", "25", "25"});
  enum : std::uint32_t { clubs, diamonds, hearts, spades };
  EXPECT_EQ(cards.variant_at("jack"), hearts);
  EXPECT_EQ(cards.variant_at("queen"), spades);
  EXPECT_EQ(cards.variant_at("ten"), clubs);
  EXPECT_EQ(cards.variant_at("nine"), diamonds);
  EXPECT_EQ(cards.variant_at("3"), clubs);
}

TEST(Flagd, EndsOfTheLine_BelongToTheFirstAndTheLast) {
  for (const auto& texts : {weights({"1", "1"}), weights({"1000000000", "1000000000", "147483647"}),
                            weights({"0", "1", "1", "0"})}) {
    const auto made = VendorSplit::make(HashMethod::flagd_v2, "", texts);
    ASSERT_TRUE(made) << made.error();
    EXPECT_EQ(made->variant_at("ejOoVL"), texts[0] == Weight{} ? 1u : 0u);
    EXPECT_EQ(made->variant_at("ceQdGm"), texts.size() == 2 ? 1u : 2u);
  }
  const auto halves = split(HashMethod::flagd_v2, "", {"1", "1"});
  EXPECT_EQ(halves.variant_at("SI7p-"), 0u);
  EXPECT_EQ(halves.variant_at("6LvT0"), 1u);
}

class EveryVendor : public testing::TestWithParam<HashMethod> {};

TEST_P(EveryVendor, HundredThousandUsers_AreSplitAsTheWeightsSay) {
  const auto three = split(GetParam(), "checkout", {"60", "0", "30", "10", "0"});
  int counts[5] = {};
  for (int i = 0; i < 100'000; ++i) ++counts[three.variant_at("user-" + std::to_string(i))];
  EXPECT_NEAR(counts[0], 60'000, 800);
  EXPECT_EQ(counts[1], 0);
  EXPECT_NEAR(counts[2], 30'000, 800);
  EXPECT_NEAR(counts[3], 10'000, 600);
  EXPECT_EQ(counts[4], 0);
}

TEST_P(EveryVendor, OtherSalt_SplitsOtherwise) {
  const auto one = split(GetParam(), "one", {"50", "50"});
  const auto other = split(GetParam(), "other", {"50", "50"});
  int same = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto user = "user-" + std::to_string(i);
    same += one.variant_at(user) == other.variant_at(user);
  }
  EXPECT_NEAR(same, 5'000, 300);
}

TEST_P(EveryVendor, SameProportions_AreTheSameSplit) {
  const auto small = split(GetParam(), "salt", {"9", "0", "1"});
  const auto large = split(GetParam(), "salt", {"900", "0", "100"});
  for (int i = 0; i < 10'000; ++i) {
    const auto user = std::to_string(i);
    ASSERT_EQ(small.variant_at(user), large.variant_at(user));
  }
}

TEST_P(EveryVendor, OnlyVariantWithAWeight_GetsEverybody) {
  const auto only = split(GetParam(), "salt", {"0", "7", "0"});
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(only.variant_at(std::to_string(i)), 1u);
}

TEST_P(EveryVendor, NoWeight_IsRefused) {
  EXPECT_EQ(error_of(GetParam(), {"0", "0"}), "no weight is above 0; one must be");
  EXPECT_EQ(error_of(GetParam(), {}), "no weight is above 0; one must be");
}

TEST_P(EveryVendor, Equality_IsOfMethodSaltAndWeights) {
  const auto one = split(GetParam(), "salt", {"90", "10"});
  EXPECT_EQ(one, split(GetParam(), "salt", {"90", "10"}));
  EXPECT_NE(one, split(GetParam(), "pepper", {"90", "10"}));
  EXPECT_NE(one, split(GetParam(), "salt", {"80", "20"}));
  for (const auto other : vendors) EXPECT_EQ(one == split(other, "salt", {"90", "10"}), other == GetParam());
}

INSTANTIATE_TEST_SUITE_P(Of, EveryVendor, testing::ValuesIn(vendors));

TEST(VendorWeights, AsFineAsTheVendorCan_AreTaken) {
  EXPECT_EQ(error_of(HashMethod::launchdarkly, {"99.999", "0.001"}), "");
  EXPECT_EQ(error_of(HashMethod::growthbook_v2, {"99.99", "0.01"}), "");
  EXPECT_EQ(error_of(HashMethod::unleash, {"99.9", "0.1"}), "");
  EXPECT_EQ(error_of(HashMethod::flagd_v2, {"999999999", "1"}), "");
}

TEST(VendorWeights, FinerOnes_AreRefusedWithWhatWouldBeRight) {
  EXPECT_EQ(
      error_of(HashMethod::launchdarkly, {"99.9995", "0.0005"}),
      "weight 99.9995 of 100 is finer than LaunchDarkly's 1/100000 of the sum; write percentages that sum "
      "to 100, with at most three decimals");
  EXPECT_EQ(error_of(HashMethod::growthbook_v2, {"1", "1", "1"}),
            "weight 1 of 3 is finer than GrowthBook's 1/10000 of the sum; write percentages that sum to 100, "
            "with at most two decimals");
  EXPECT_EQ(
      error_of(HashMethod::unleash, {"50", "49.95", "0.05"}),
      "weight 49.95 of 100 is finer than Unleash's 1/1000 of the sum; write percentages that sum to 100, "
      "with at most one decimal");
  EXPECT_EQ(error_of(HashMethod::flagd_v2, {"99", "0.5", "0.5"}),
            "weight 0.5 is not whole, and flagd knows no other; write whole numbers that sum to at most "
            "2147483647");
}

TEST(VendorWeights, SumThatFlagdCannotCount_IsRefused) {
  EXPECT_EQ(error_of(HashMethod::flagd_v2, {"1000000000", "1000000000", "147483647"}), "");
  EXPECT_EQ(
      error_of(HashMethod::flagd_v2, {"1000000000", "1000000000", "147483648"}),
      "the weights sum to more than flagd can count; write whole numbers that sum to at most 2147483647");
}

TEST(VendorWeights, LargestOnes_DoNotOverflow) {
  const std::vector<Weight> large(200, Weight{Weight::max});
  for (const auto vendor : {HashMethod::launchdarkly, HashMethod::growthbook_v2, HashMethod::unleash}) {
    const auto made = VendorSplit::make(vendor, "salt", large);
    ASSERT_TRUE(made) << made.error();
    EXPECT_LT(made->variant_at("user"), 200u);
  }
}

TEST(VendorWeights, ForSluicesOwnHash_AreRefused) {
  EXPECT_THAT(error_of(HashMethod::sluice, {"1"}), HasSubstr("no vendor"));
}

}  // namespace
}  // namespace sluice
