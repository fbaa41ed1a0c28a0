#include "routing/fields.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice {
namespace {

class FieldsTest : public testing::TestWithParam<std::size_t> {
 protected:
  FieldsTest() {
    for (std::size_t i = 0; i < GetParam(); ++i) names_.push_back("name" + std::to_string(i));
  }
  void fill(Fields& fields) const {
    for (const auto& name : names_) ASSERT_TRUE(fields.add({.name = name, .value = "v"}));
  }
  void expect_all(const Fields& fields) const {
    ASSERT_EQ(fields.size(), names_.size());
    std::size_t i = 0;
    for (const auto& field : fields) EXPECT_EQ(field.name, names_[i++]);
  }

  std::vector<std::string> names_;
};

TEST_P(FieldsTest, AsManyAsThereAre_KeepTheirOrder) {
  Fields fields;
  fill(fields);
  expect_all(fields);
  fields.clear();
  EXPECT_EQ(fields.size(), 0u);
  fill(fields);
  expect_all(fields);
}

TEST_P(FieldsTest, Moved_AreInOnePlaceOnly) {
  Fields from;
  fill(from);
  ASSERT_TRUE(from.size() == Fields::capacity ||
              from.add({.name = "host", .value = "a", .id = HeaderId::host}));
  const bool had_host = from.has(HeaderId::host);
  Fields to = std::move(from);
  EXPECT_EQ(to.size(), names_.size() + had_host);
  EXPECT_EQ(to.has(HeaderId::host), had_host);
  EXPECT_EQ(from.size(), 0u);  // NOLINT(bugprone-use-after-move): that is what it is about
  EXPECT_FALSE(from.has(HeaderId::host));
  EXPECT_EQ(from.begin(), from.end());
  fill(from);
  expect_all(from);
}

INSTANTIATE_TEST_SUITE_P(FewAndMany, FieldsTest, testing::Values(0, 1, 24, 25, Fields::capacity));

TEST(Fields, MoreThanTheCapacity_AreRefused) {
  Fields fields;
  for (std::size_t i = 0; i < Fields::capacity; ++i) ASSERT_TRUE(fields.add({.name = "n", .value = "v"}));
  EXPECT_FALSE(fields.add({.name = "n", .value = "v"}));
  EXPECT_EQ(fields.size(), Fields::capacity);
}

}  // namespace
}  // namespace sluice
