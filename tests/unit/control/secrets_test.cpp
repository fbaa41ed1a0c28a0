#include "control/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/control/scratch_folder.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ReadSecrets, OneALine_WithoutEmptyOnesAndBlanksAtTheEnd) {
  ScratchFolder folder;
  folder.write("keys", "0123456789abcdef \r\n\n  0123456789abcdefg\n");
  EXPECT_THAT(*read_secrets(folder.file("keys")), ElementsAre("0123456789abcdef", "  0123456789abcdefg"));
}

TEST(ReadSecrets, NoneOrTooShort_SaysSo) {
  ScratchFolder folder;
  EXPECT_THAT(read_secrets(folder.file("missing")).error(), HasSubstr("No such file"));
  folder.write("empty", "\n\n");
  EXPECT_THAT(read_secrets(folder.file("empty")).error(), HasSubstr("no secret"));
  folder.write("short", "0123456789abcde\n");
  const auto error = read_secrets(folder.file("short")).error();
  EXPECT_THAT(error, HasSubstr("less than 16"));
  EXPECT_THAT(error, testing::Not(HasSubstr("0123456789"))) << "a secret is not for logs";
}

TEST(OwnSecrets, WithAStateDirectory_IsKeptForItsOwnerAlone) {
  ScratchFolder folder;
  const auto directory = folder.file("state/of/sluice");
  const auto first = own_secrets(directory);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->size(), 1u);
  EXPECT_GE(first->front().size(), 64u);
  EXPECT_EQ(*own_secrets(directory), *first);
  using std::filesystem::perms;
  const auto mode = std::filesystem::status(directory + "/cookie.key").permissions();
  EXPECT_EQ(mode, perms::owner_read | perms::owner_write);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory), {}), 1)
      << "and nothing else is left there";
}

TEST(OwnSecrets, WithoutAStateDirectory_IsAnotherOneEachTime) {
  EXPECT_NE(*own_secrets({}), *own_secrets({}));
}

TEST(OwnSecrets, DirectoryThatCannotBe_SaysWhy) {
  ScratchFolder folder;
  folder.write("file", "");
  EXPECT_THAT(own_secrets(folder.file("file/state")).error(), HasSubstr("cannot create"));
}

TEST(DeriveKeys, PurposeAndSecret_BothMatter) {
  EXPECT_EQ(derive_keys({"s1", "s2"}, "pin"), derive_keys({"s1", "s2"}, "pin"));
  EXPECT_NE(derive_keys({"s1"}, "pin"), derive_keys({"s1"}, "identity"));
  EXPECT_NE(derive_keys({"s1"}, "pin"), derive_keys({"s2"}, "pin"));
}

}  // namespace
}  // namespace sluice
