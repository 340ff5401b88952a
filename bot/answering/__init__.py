"""What every subject needs to answer a person: who is behind an account, the letters, the progress of an imported
export."""
