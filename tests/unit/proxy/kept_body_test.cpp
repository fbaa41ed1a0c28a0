#include "proxy/kept_body.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

BodyPart part(std::string_view text, bool end = false) {
  BodyPart made;
  made.add(text);
  made.end = end;
  return made;
}

std::string text_of(const KeptBody& body) {
  const auto all = body.part();
  std::string text;
  for (std::size_t i = 0; i < all.count; ++i)
    text.append(static_cast<const char*>(all.pieces[i].iov_base), all.pieces[i].iov_len);
  return text + (all.end ? "." : "");
}

TEST(KeptBody, PartsUpToTheLimit_AreOneAgain) {
  KeptBody body;
  body.begin(10, part("abc"));
  body.keep(part("defg"));
  EXPECT_TRUE(body.is_whole());
  EXPECT_EQ(text_of(body), "abcdefg");
  body.keep(part("hij", true));
  EXPECT_EQ(text_of(body), "abcdefghij.");
}

TEST(KeptBody, OneByteTooMuch_IsNotKept) {
  KeptBody body;
  body.begin(3, part("abc"));
  EXPECT_TRUE(body.is_whole());
  body.keep(part("d"));
  EXPECT_FALSE(body.is_whole());
  body.keep(part("e"));
  EXPECT_EQ(text_of(body), "");
}

TEST(KeptBody, Trailers_AreNotKept) {
  KeptBody body;
  Fields trailers;
  body.begin(100, part("abc"));
  auto last = part("d", true);
  last.trailers = &trailers;
  body.keep(last);
  EXPECT_FALSE(body.is_whole());
}

TEST(KeptBody, NeverBegun_KeepsNothing) {
  KeptBody body;
  body.keep(part("abc"));
  EXPECT_FALSE(body.is_whole());
}

}  // namespace
}  // namespace sluice
