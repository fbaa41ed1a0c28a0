#include "control/tls_material.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control/scratch_folder.h"
#include "tests/unit/control/test_certificates.h"

namespace sluice {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

class TlsMaterial : public testing::Test {
 protected:
  std::string file(const std::string& text) {
    folder_.write("file.pem", text);
    return folder_.file("file.pem");
  }
  ScratchFolder folder_;
  Certificate pair_ = make_certificate("a.example.com");
};

TEST_F(TlsMaterial, GoodPair_IsLoadedAndUsable) {
  EXPECT_EQ(load_chain(file(pair_.chain)), pair_.chain);
  EXPECT_EQ(load_key(file(pair_.key)), pair_.key);
  EXPECT_FALSE(why_unusable(pair_));
}

TEST_F(TlsMaterial, ChainOfTwo_IsLoaded) {
  const auto chain = pair_.chain + make_certificate("issuer").chain;
  EXPECT_EQ(load_chain(file(chain)), chain);
}

TEST_F(TlsMaterial, FileMissing_IsSaid) {
  EXPECT_THAT(load_chain(folder_.file("none.pem")).error(), EndsWith("none.pem: No such file or directory"));
  EXPECT_THAT(load_key(folder_.file("none.pem")).error(), EndsWith("none.pem: No such file or directory"));
}

TEST_F(TlsMaterial, NoPemInIt_IsSaid) {
  EXPECT_THAT(load_chain(file("hello\n")).error(), EndsWith("file.pem has no PEM certificate in it"));
  EXPECT_THAT(load_chain(file("")).error(), EndsWith("file.pem has no PEM certificate in it"));
  EXPECT_THAT(load_key(file(pair_.chain)).error(), HasSubstr("has no PEM private key"));
}

TEST_F(TlsMaterial, BrokenCertificateAfterAGoodOne_IsRefused) {
  auto broken = make_certificate("b").chain;
  broken[40] = broken[40] == 'A' ? 'B' : 'A';
  broken.insert(100, "!!!!");
  EXPECT_THAT(load_ca(file(pair_.chain + broken)).error(), HasSubstr("has a broken certificate in it"));
}

TEST_F(TlsMaterial, KeyBehindAPassphrase_IsRefusedWithoutAsking) {
  EXPECT_THAT(load_key(file(encrypted(pair_.key))).error(), HasSubstr("without passphrase"));
}

TEST_F(TlsMaterial, KeyOfAnotherCertificate_IsUnusable) {
  EXPECT_THAT(*why_unusable({pair_.chain, make_certificate("b").key}), HasSubstr("key values mismatch"));
}

}  // namespace
}  // namespace sluice
