// Session tickets as clients see them: what resumes, and what means a full handshake.
#include "proxy/session_tickets.h"

#include <gmock/gmock.h>

#include "server_tls_peers.h"

namespace sluice {
namespace {

// ---- sessions ----

class ServerTlsSessions : public ServerTlsPeers, public testing::WithParamInterface<int> {
 protected:
  void SetUp() override { only(GetParam()); }
  // A ticket that the server gives; null if it gives none.
  std::shared_ptr<SSL_SESSION> ticket_of(const std::shared_ptr<const ServerTls>& from,
                                         const std::string& name) {
    client.tickets.clear();
    EXPECT_TRUE(connect(from, name)) << server_error;
    take_tickets();
    EXPECT_LE(client.tickets.size(), 1u);
    return client.tickets.empty() ? nullptr : client.tickets.front();
  }
  bool resumes(const std::shared_ptr<const ServerTls>& by, const std::string& name,
               const std::shared_ptr<SSL_SESSION>& ticket) {
    offered_session = ticket.get();
    EXPECT_TRUE(connect(by, name)) << server_error;
    offered_session = nullptr;
    return SSL_session_reused(client.ssl.get()) == 1;
  }
  // Connects by one name for a ticket, then by another with it.
  bool resumes(const std::string& first, const std::string& second) {
    const auto ticket = ticket_of(tls, first);
    EXPECT_TRUE(ticket);
    return ticket && resumes(tls, second, ticket);
  }

  std::vector<Identity> identities{
      issue({.names = "DNS:a.example", .common_name = "a"}),
      issue({.names = "DNS:b.example, DNS:*.b.example", .common_name = "b"}),
  };
  std::shared_ptr<const ServerTls> tls = server_of(identities);
};

TEST_P(ServerTlsSessions, TicketOfTheDefault_Resumes) {
  EXPECT_TRUE(resumes("a.example", "a.example"));
}
TEST_P(ServerTlsSessions, TicketOfAnotherCertificate_ResumesWithItsName) {
  EXPECT_TRUE(resumes("b.example", "b.example"));
}
TEST_P(ServerTlsSessions, TicketUnderTheNameOfAnotherCertificate_MeansAFullHandshake) {
  EXPECT_FALSE(resumes("b.example", "a.example"));
  EXPECT_EQ(client.peer_name(), "a");
}

TEST_P(ServerTlsSessions, TicketOfTheRevisionBefore_Resumes) {
  const auto ticket = ticket_of(tls, "a.example");
  EXPECT_TRUE(resumes(server_of(identities), "a.example", ticket));
  EXPECT_TRUE(server->resumed());
}

// ---- what the client must show ----

TEST_P(ServerTlsSessions, TicketOfAListenerThatAsksForNothing_IsRefusedWhereClientsMustShowACertificate) {
  const auto ticket = ticket_of(tls, "a.example");
  const auto asking =
      server_of(identities, {.certificates = {}, .client_auth = {ClientAuth::Mode::passthrough}});
  EXPECT_FALSE(resumes(asking, "a.example", ticket));
}

TEST_P(ServerTlsSessions, WhereClientsShowCertificates_ThereAreNoTickets) {
  const auto asking =
      server_of(identities, {.certificates = {}, .client_auth = {ClientAuth::Mode::passthrough}});
  EXPECT_EQ(ticket_of(asking, "a.example"), nullptr);
}

// ---- keys ----

std::chrono::seconds fake_now{1'700'000'000};

class ServerTlsTicketKeys : public ServerTlsSessions {
 protected:
  void SetUp() override {
    ServerTlsSessions::SetUp();
    ListenerTls settings;
    for (const auto& identity : identities) settings.certificates.push_back(identity.material());
    const auto made = ServerTls::make(settings, Alpn::http11, keys);
    ASSERT_TRUE(made);
    tls = *made;
  }
  TicketKeys keys{TicketKeys::Secret{1, 2, 3}, []() noexcept { return fake_now; }};
};

TEST_P(ServerTlsTicketKeys, KeyThatWasReplaced_StillOpensAndTheClientGetsANewTicket) {
  const auto ticket = ticket_of(tls, "a.example");
  fake_now += TicketKeys::lifetime;
  ASSERT_TRUE(resumes(tls, "a.example", ticket));
  client.tickets.clear();
  take_tickets();
  ASSERT_LE(client.tickets.size(), 1u);
  if (GetParam() == TLS1_3_VERSION) {
    ASSERT_EQ(client.tickets.size(), 1u);
    fake_now += TicketKeys::lifetime;
    EXPECT_TRUE(resumes(tls, "a.example", client.tickets.front()));
  }
}

TEST_P(ServerTlsTicketKeys, TicketOlderThanItsLifetime_MeansAFullHandshake) {
  const auto ticket = ticket_of(tls, "a.example");
  fake_now += 2 * TicketKeys::lifetime;
  EXPECT_FALSE(resumes(tls, "a.example", ticket));
}

TEST_P(ServerTlsTicketKeys, TicketOfAnotherProcess_MeansAFullHandshake) {
  const auto ticket = ticket_of(server_of(identities), "a.example");
  EXPECT_FALSE(resumes(tls, "a.example", ticket));
}

TEST_P(ServerTlsTicketKeys, Ticket_PromisesNoMoreThanItsLifetime) {
  const auto ticket = ticket_of(tls, "a.example");
  EXPECT_EQ(SSL_SESSION_get_ticket_lifetime_hint(ticket.get()), TicketKeys::lifetime.count());
}

constexpr auto name_of_version = [](const auto& version) {
  return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
};
INSTANTIATE_TEST_SUITE_P(Versions, ServerTlsSessions, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         name_of_version);
INSTANTIATE_TEST_SUITE_P(Versions, ServerTlsTicketKeys, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         name_of_version);

}  // namespace
}  // namespace sluice
