#include "routing/canonical_path.h"

#include <gtest/gtest.h>

#include <random>

namespace sluice {
namespace {

// The canonical form, or "400: why".
std::string canonical(std::string_view path) {
  std::string storage;
  const auto made = canonical_path(path, storage);
  return made ? std::string(*made) : "400: " + std::string(made.error());
}

TEST(CanonicalPath, WhatASegmentMayHaveRaw_IsNotEscaped) {
  EXPECT_EQ(canonical("/%40admin/a%3Ab/%21%24%26%27%28%29%2A%2C%3D"), "/@admin/a:b/!$&'()*,=");
  EXPECT_EQ(canonical("/a%3Bb%2Bc"), "/a%3Bb%2Bc") << "these mean more to some than the byte";
}

TEST(CanonicalPath, EscapedSlash_IsFoundInCanonicalForm) {
  for (const char* path : {"/a%2Fb", "/a%5Cb", "/%C3%BC%2F", "/%25%2F"})
    EXPECT_TRUE(has_escaped_slash(path)) << path;
  for (const char* path : {"/", "/a/b", "/%252F", "/%C2F", "/%3F", "/2F5C"})
    EXPECT_FALSE(has_escaped_slash(path)) << path;
}

TEST(CanonicalPath, CanonicalAlready_IsGivenBackItself) {
  std::string storage;
  for (const std::string_view path :
       {"/", "*", "/a", "/a/b/", "/a.b/c..d/...x", "/a;v=1/b", "/!$&'()*+,;=:@-._~09azAZ", "/a%2Fb",
        "/%20%FF", "/.hidden", "/..hidden/...", "/a/.b%3Bc"}) {
    const auto made = canonical_path(path, storage);
    ASSERT_TRUE(made) << path << ": " << made.error();
    EXPECT_EQ(*made, path);
    EXPECT_EQ(made->data(), path.data()) << path;
  }
}

TEST(CanonicalPath, EscapesOfUnreservedCharacters_AreDecoded) {
  EXPECT_EQ(canonical("/%61dmin"), "/admin");
  EXPECT_EQ(canonical("/%41%5a%7A%30%39%2d%2E%5f%7e"), "/AZz09-._~");
  EXPECT_EQ(canonical("/%2561"), "/%2561") << "once, not until nothing is left";
  EXPECT_EQ(canonical("/%25%36%31"), "/%2561");
}

TEST(CanonicalPath, OtherEscapes_StayInCapitals) {
  EXPECT_EQ(canonical("/group%2fproject"), "/group%2Fproject");
  EXPECT_EQ(canonical("/%c3%bc%e2%82%ac%3f%23%3b%2b"), "/%C3%BC%E2%82%AC%3F%23%3B%2B");
  EXPECT_EQ(canonical("/a%0a%7f"), "/a%0A%7F");
}

TEST(CanonicalPath, BytesThatMustBeEscaped_Are) {
  EXPECT_EQ(canonical("/\"<>^`{|}[] ?#"), "/%22%3C%3E%5E%60%7B%7C%7D%5B%5D%20%3F%23");
  EXPECT_EQ(canonical("/\xC3\xBC\x7F\x01"), "/%C3%BC%7F%01");
}

TEST(CanonicalPath, Slashes_AreMerged) {
  EXPECT_EQ(canonical("//"), "/");
  EXPECT_EQ(canonical("//a///b//"), "/a/b/");
}

TEST(CanonicalPath, DotSegments_AreRemoved) {
  EXPECT_EQ(canonical("/."), "/");
  EXPECT_EQ(canonical("/./"), "/");
  EXPECT_EQ(canonical("/a/."), "/a/");
  EXPECT_EQ(canonical("/a/./b"), "/a/b");
  EXPECT_EQ(canonical("/a/.."), "/");
  EXPECT_EQ(canonical("/a/../"), "/");
  EXPECT_EQ(canonical("/a/b/.."), "/a/");
  EXPECT_EQ(canonical("/a/b/../c"), "/a/c");
  EXPECT_EQ(canonical("/a/b/c/./../../g"), "/a/g") << "RFC 3986 §5.2.4";
  EXPECT_EQ(canonical("/a//../b"), "/b") << "slashes are merged before";
  EXPECT_EQ(canonical("/public/%2e%2E/admin"), "/admin");
  EXPECT_EQ(canonical("/public/.%2e/admin"), "/admin");
}

TEST(CanonicalPath, AboveTheRoot_IsRefused) {
  for (const char* path :
       {"/..", "/../", "/../a", "/a/../..", "/a/../../b", "/%2e%2e", "//..", "/./..", "/a/../%2E."})
    EXPECT_EQ(canonical(path), "400: the path leads above the root") << path;
}

TEST(CanonicalPath, EscapesThatAreNone_AreRefused) {
  for (const char* path : {"/%", "/%4", "/%zz", "/%4g", "/%g4", "/a%/b", "/%%41", "/%u0041", "/% 1", "/%4/1"})
    EXPECT_EQ(canonical(path), "400: a % in the path is not followed by two hex digits") << path;
}

TEST(CanonicalPath, Nul_IsRefused) {
  EXPECT_EQ(canonical("/a%00.png"), "400: the path has a NUL");
  EXPECT_EQ(canonical({"/a\0b", 4}), "400: the path has a NUL");
}

TEST(CanonicalPath, RawBackslash_IsRefused) {
  EXPECT_EQ(canonical("/a\\b"), "400: the path has a backslash");
  EXPECT_EQ(canonical("/\\..\\a"), "400: the path has a backslash");
  EXPECT_EQ(canonical("/a%5cb"), "/a%5Cb") << "escaped it is a part of a name";
}

TEST(CanonicalPath, DotsBehindParameters_AreRefused) {
  for (const char* path : {"/a/..;/b", "/a/..;x=1/b", "/a/.;/b", "/a/..;", "/..;a", "/a/%2e%2e;x",
                           "/a/..%3Bx", "/a/.%3b", "/a/..;x;y"})
    EXPECT_EQ(canonical(path), "400: a segment of the path hides dots") << path;
  EXPECT_EQ(canonical("/a/b;x=../c;.."), "/a/b;x=../c;..");
  EXPECT_EQ(canonical("/a/...;x"), "/a/...;x");
}

TEST(CanonicalPath, DotsBehindEscapedSlashes_AreRefused) {
  for (const char* path :
       {"/a/..%2Fadmin", "/a/..%2fadmin", "/a/x%2F..%2Fadmin", "/a%5C..%5Cb", "/a%5c..", "/a/x%2F..",
        "/a/.%2Fb", "/a/x%2F.%5Cb", "/a/x%2F%2e%2e", "/a/x%2F..;y%2Fz", "/x%2f..%3by/b", "/%2F%2F.."})
    EXPECT_EQ(canonical(path), "400: a segment of the path hides dots") << path;
  EXPECT_EQ(canonical("/a%2F..b%2Fc..%5C...%2F"), "/a%2F..b%2Fc..%5C...%2F");
}

TEST(CanonicalPath, NotAPath_IsRefused) {
  for (const char* path : {"", "a", "**", "*a", "%2Fa", "?"})
    EXPECT_EQ(canonical(path), "400: the path does not begin with a slash") << path;
}

TEST(CanonicalPath, Storage_IsUsedAgainWithoutGrowing) {
  std::string storage;
  ASSERT_TRUE(canonical_path("/" + std::string(1000, '"'), storage));
  const auto capacity = storage.capacity();
  const auto* memory = storage.data();
  EXPECT_EQ(*canonical_path("/%61", storage), "/a");
  EXPECT_EQ(*canonical_path("/" + std::string(1000, '{'), storage), [] {
    std::string expected = "/";
    for (int i = 0; i < 1000; ++i) expected += "%7B";
    return expected;
  }());
  EXPECT_EQ(storage.capacity(), capacity);
  EXPECT_EQ(storage.data(), memory);
}

TEST(CanonicalPath, AnyPath_IsRefusedOrCanonicalForGood) {
  constexpr std::string_view pieces[] = {"/",   "/",   ".",  ".",   "%2e", "%2F", "%5c", ";",  "%3B", "a",
                                         "%61", "%25", "2e", "%c3", "\"",  "\\",  "%",   "..", "/..", "%00"};
  std::mt19937 random(1);
  int made_some = 0, changed_some = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string path = "/";
    for (auto left = random() % 12; left > 0; --left) path += pieces[random() % std::size(pieces)];
    std::string first, second;
    const auto once = canonical_path(path, first);
    if (!once) continue;
    ++made_some;
    changed_some += *once != path;
    const auto twice = canonical_path(*once, second);
    ASSERT_TRUE(twice) << path;
    ASSERT_EQ(*twice, *once) << path;
    ASSERT_EQ(twice->data(), once->data()) << path;
    ASSERT_EQ(once->find("//"), once->npos) << path;
    ASSERT_EQ((std::string(*once) + "/").find("/../"), once->npos) << path;
    ASSERT_EQ((std::string(*once) + "/").find("/./"), once->npos) << path;
  }
  EXPECT_GT(made_some, 10'000);
  EXPECT_GT(changed_some, 10'000);
}

// What make_canonical makes of the path that a text begins with.
std::string in_place(std::string text, std::size_t end) {
  const auto done = make_canonical(text, end);
  return done ? text : "500: " + std::string(done.error());
}

TEST(MakeCanonical, Path_IsMadeCanonicalAndTheRestStays) {
  EXPECT_EQ(in_place("/a?b", 2), "/a?b");
  EXPECT_EQ(in_place("//a//%61%2f//?//%61", 13), "/a/a%2F/?//%61");
  EXPECT_EQ(in_place("//%61", 5), "/a");
}

TEST(MakeCanonical, DotSegmentsAndOddBytes_AreRefused) {
  EXPECT_EQ(in_place("/app/../secret", 14), "500: the path has a dot segment");
  EXPECT_EQ(in_place("/app/./x", 8), "500: the path has a dot segment");
  EXPECT_EQ(in_place("/a%2F..", 7), "500: a segment of the path hides dots");
  EXPECT_EQ(in_place("/a\"", 3), "500: the path has a byte that must be escaped");
  EXPECT_EQ(in_place("/a b", 4), "500: the path has a byte that must be escaped");
  EXPECT_EQ(in_place("a", 1), "500: the path does not begin with a slash");
  EXPECT_EQ(in_place("", 0), "500: the path does not begin with a slash");
}

}  // namespace
}  // namespace sluice
