"""What every subject needs to answer somebody: who stands where, the letters, the sheet the answers are taken from."""
