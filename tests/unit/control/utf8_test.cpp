#include "control/utf8.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "control/api/json_text.h"

namespace sluice {
namespace {

TEST(Utf8, Characters_AreKeptWhole) {
  for (const auto* text : {"", "plain", "Größe", "→", "\xF4\x8F\xBF\xBF", "\xF0\x9F\x9A\x80"})
    EXPECT_EQ(as_utf8(text), text);
}

TEST(Utf8, BytesOfNoCharacter_AreReplacedOneByOne) {
  const std::string no = "\xEF\xBF\xBD";
  EXPECT_EQ(as_utf8("a\xA0z"), "a" + no + "z");
  EXPECT_EQ(as_utf8("\xC3"), no);
  EXPECT_EQ(as_utf8("\xE2\x86"), no + no);
  EXPECT_EQ(as_utf8("\xC0\x80"), no + no) << "a longer form than needed";
  EXPECT_EQ(as_utf8("\xED\xA0\x80"), no + no + no) << "a surrogate";
  EXPECT_EQ(as_utf8("\xF4\x90\x80\x80"), no + no + no + no) << "above U+10FFFF";
}

TEST(Utf8, JsonText_IsJsonWhateverItsStringsHold) {
  for (int first = 0; first < 256; ++first) {
    const std::string text{static_cast<char>(first), '\x80', 'z'};
    const auto made = json_text(boost::json::object{{text, text}});
    boost::json::error_code error;
    const auto read = boost::json::parse(made, error);
    ASSERT_FALSE(error) << first << ": " << made;
    EXPECT_EQ(read.as_object().begin()->value().as_string(), as_utf8(text));
  }
}

}  // namespace
}  // namespace sluice
