#include <gtest/gtest.h>

#include "proxy/core/registrar/directory.hpp"

namespace proxy::registrar {
namespace {

/// Where a phone is reached once the connection it registered over has closed.
struct ClosedConnection : testing::Test {
  std::string way_to(const std::string& contact, const std::string& source = "192.0.2.7:40000",
                     sip::Transport transport = sip::Transport::tcp) {
    Directory directory;
    record::User user;
    user.id = 1;
    directory.put_user(user);
    record::Device row;
    row.id = 2;
    row.user_id = 1;
    DeviceEntry& device = directory.add_device(row);
    const sip::Flow flow{transport, 3, *sip::Endpoint::parse(source), 17};
    Contact entry;
    entry.row.id = 4;
    entry.row.contact = contact;
    entry.row.path = path;
    entry.row.reg_id = reg_id;
    entry.flow = flow;
    directory.put_contact(device, entry);
    directory.close_flow(flow);
    const auto* reachable = directory.device(2)->reachable();
    return reachable ? sip::to_string(reachable->flow) : "";
  }
  std::string path;
  std::uint32_t reg_id{0};
};

TEST_F(ClosedConnection, LeavesAPhoneAtItsContactWhenThatIsWhereItCameFrom) {
  EXPECT_EQ(way_to("sip:bob@192.0.2.7:5062;transport=tcp"), "tcp:3:192.0.2.7:5062");
  EXPECT_EQ(way_to("sip:bob@192.0.2.7;transport=TCP"), "tcp:3:192.0.2.7:5060");
  EXPECT_EQ(way_to("sip:bob@[2001:db8::7]:5062;transport=tcp", "[2001:db8::7]:40000"),
            "tcp:3:[2001:db8::7]:5062");
}

TEST_F(ClosedConnection, LeavesNoWayToWhoIsElsewhereThanItsContact) {
  EXPECT_EQ(way_to("sip:bob@192.168.1.7:5062;transport=tcp"), "");
  EXPECT_EQ(way_to("sip:bob@phone.example;transport=tcp"), "");
  EXPECT_EQ(way_to("sip:bob@192.0.2.7:5062;transport=tcp;maddr=192.0.2.8"), "");
}

TEST_F(ClosedConnection, LeavesNoWayToWhoDoesNotListenForTcp) {
  EXPECT_EQ(way_to("sip:bob@192.0.2.7:5062"), "");
  EXPECT_EQ(way_to("sips:bob@192.0.2.7:5062;transport=tcp"), "");
  EXPECT_EQ(way_to("sip:bob@192.0.2.7:5062;transport=tcp", "192.0.2.7:40000", sip::Transport::tls),
            "");
}

TEST_F(ClosedConnection, LeavesNoWayIntoThisMachine) {
  EXPECT_EQ(way_to("sip:bob@127.0.0.1:6379;transport=tcp", "127.0.0.1:40000"), "");
}

TEST_F(ClosedConnection, LeavesNoWayToWhoWantsItsFlow) {
  const auto contact = "sip:bob@192.0.2.7:5062;transport=tcp";
  EXPECT_EQ(way_to(std::string{contact} + ";ob"), "");
  path = "<sip:edge.example;lr>";
  EXPECT_EQ(way_to(contact), "");
  path.clear();
  reg_id = 1;
  EXPECT_EQ(way_to(contact), "");
}

}  // namespace
}  // namespace proxy::registrar
